// Keeps the page for times without a network, where the browser lets it: the worker of this site,
// `sw.js`, holds every file of a version. `boot.js` loads this script when the page is complete, in
// releases, and never in a figure. Whatever is refused leaves the page as it was.

/** Another version is there, and waits: the files of the one that runs stay until the reader wants it. */
function tell(registration) {
  globalThis.raftUpdate = () => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload());
    registration.waiting?.postMessage("take over");
  };
  dispatchEvent(new Event("raft-update"));
}

async function keep({ serviceWorker }) {
  const registration = await serviceWorker.register("sw.js", { updateViaCache: "none" });
  const look = () => {
    if (registration?.waiting && serviceWorker.controller) tell(registration);
  };
  registration?.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", look);
  });
  look();
}

// In a frame without an origin even to ask for it is refused.
if (isSecureContext && self === top && navigator.serviceWorker) keep(navigator).catch(() => {});
