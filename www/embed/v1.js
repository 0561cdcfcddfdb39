// <raft-playground>: a run of Raft as a figure in any page (docs/embed.md). Version 1: pages count on
// this address, and on what it does, for ever. An attribute that it does not know goes to the figure
// as it is, so this file stays while the playground learns.
(() => {
  const script = document.currentScript ?? document.querySelector('script[src*="embed/v1.js"]');
  const playground = new URL("..", script.src);
  const inLink = ["at", "event", "seed", "servers", "select", "speed"];
  const what = ["scenario", "src", "link"];
  const notAsked = /^(id|class|style|slot|part|hidden|title|height|picture|role|is|tabindex)$|^on|\W|_/;
  // What is far out of view is not even loaded.
  const near = new IntersectionObserver(
    (entries) => entries.forEach((entry) => entry.isIntersecting && entry.target.show()),
    { rootMargin: "200px" },
  );

  function make(tag, properties, style = "") {
    const element = Object.assign(document.createElement(tag), properties);
    // A strict Content-Security-Policy lets styles pass that come so, and not as an attribute.
    element.style.cssText = `display:block;border:0;padding:0;width:100%;height:100%;${style}`;
    return element;
  }

  class RaftPlayground extends HTMLElement {
    static observedAttributes = [...what, ...inLink, "theme", "view", "controls"];
    #root = this.attachShadow({ mode: "open" });
    #asked = new Map();
    #count = 0;
    #frame;
    #ready;
    #begin;

    connectedCallback() {
      this.#reset();
      addEventListener("message", this);
      const { style, title } = this;
      style.display = "block";
      const height = this.getAttribute("height") ?? Math.floor(this.clientWidth * 0.62) + 78;
      if (height > 0) style.height = `${height}px`;
      const src = this.getAttribute("picture");
      if (!src) return near.observe(this);
      const press = () => {
        this.play();
        this.#frame.focus();
      };
      const poster = make("button", { ariaLabel: `Play: ${title}`, onclick: press }, "background:0 0;cursor:pointer");
      poster.append(make("img", { src, alt: "" }, "object-fit:contain"));
      this.#root.append(poster);
    }

    disconnectedCallback() {
      near.unobserve(this);
      removeEventListener("message", this);
      this.#reset();
    }

    attributeChangedCallback() {
      if (!this.#frame) return;
      this.#reset();
      this.show();
    }

    /** Loads the figure, wherever it stands. */
    async show() {
      if (this.#frame) return;
      near.unobserve(this);
      const frame = make("iframe", {
        title: this.title || "Raft Playground",
        sandbox: "allow-scripts allow-popups allow-popups-to-escape-sandbox",
      });
      this.#frame = frame;
      frame.src = await this.#address();
      if (frame === this.#frame) this.#root.replaceChildren(frame);
    }

    play() {
      return this.#ask("play");
    }
    pause() {
      return this.#ask("pause");
    }
    step(n = 1) {
      return this.#ask("step", { n });
    }
    seek(t) {
      return this.#ask("seek", { t });
    }
    load(given) {
      return this.#ask("load", { [/^\s*raft\b/.test(given) ? "text" : "link"]: given });
    }
    state() {
      return this.#ask("get-state");
    }

    handleEvent({ source, data }) {
      if (!source || source !== this.#frame?.contentWindow || data?.raftPlayground !== 1) return;
      const { type, id } = data;
      if (type === "reply") {
        this.#asked.get(id)?.(data);
        this.#asked.delete(id);
        return;
      }
      if (type === "ready") this.#begin();
      if (type === "resize" && !this.hasAttribute("height")) this.style.height = `${Math.min(data.height, 4e3)}px`;
      this.dispatchEvent(new CustomEvent(type, { detail: data }));
    }

    #reset() {
      this.#frame = undefined;
      this.#root.replaceChildren();
      this.#ready = new Promise((begin) => (this.#begin = begin));
    }

    async #ask(type, more) {
      this.show();
      await this.#ready;
      const id = ++this.#count;
      this.#frame.contentWindow.postMessage({ raftPlayground: 1, channel: "", type, id, ...more }, "*");
      const { ok, value, error } = await new Promise((done) => this.#asked.set(id, done));
      if (ok) return value;
      throw new Error(error);
    }

    async #address() {
      const get = (name) => this.getAttribute(name);
      const address = new URL("?embed=1", playground);
      for (const { name, value } of this.attributes) {
        if (!notAsked.test(name) && !what.includes(name) && !inLink.includes(name)) address.searchParams.set(name, value);
      }
      let hash = get("link")?.replace(/^.*#/, "") ?? `demo=${get("scenario") ?? "first-election"}`;
      const src = get("src");
      if (src) {
        const file = new URL(src, document.baseURI);
        // Read here: to the figure, which has no origin, every file is somebody else's.
        hash = await fetch(file)
          .then((answer) => (answer.ok ? answer.text() : Promise.reject()))
          .then((text) => `text=${encodeURIComponent(text)}`)
          .catch(() => `src=${encodeURIComponent(file)}`);
      }
      for (const name of inLink) if (get(name)) hash += `&${name}=${get(name)}`;
      address.hash = hash;
      return address;
    }
  }
  customElements.get("raft-playground") ?? customElements.define("raft-playground", RaftPlayground);
})();
