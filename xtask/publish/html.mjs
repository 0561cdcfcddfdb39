// The static pages beside the playground: one head, one frame, no script.

export const escaped = (text) =>
  text.replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]);

const POLICY = "default-src 'none'; img-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'";

/**
 * A page one folder below the playground.
 * - title, body: what it is called and what is in it; `body` is markup.
 * - head: more lines of markup for its head.
 * - kind: a class for its style, beside that of all such pages.
 * - files: the names of the playground's `styles` and `icon`.
 */
export const pageOf = ({ title, body, head = [], kind = "", files }) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${escaped(title)} · Raft Playground</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${head.map((line) => `${line}\n`).join("")}<link rel="icon" type="image/svg+xml" href="../${files.icon}">
<link rel="stylesheet" href="../${files.styles}">
<link rel="stylesheet" href="../later.css">
<link rel="stylesheet" href="../pages.css">
</head>
<body class="card-page${kind && ` ${kind}`}">
<main>
<p><a href="../">Raft Playground</a></p>
${body}
</main>
</body>
</html>
`;
