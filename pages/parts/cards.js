// Cards of a list, drawn as plain text. Put behind links.js and the fixed parts by cards.py.
const make = (tag, name, text) => Object.assign(document.createElement(tag), { className: name, textContent: text ?? "" });

function card({ title, page, query, label, small, text, source }, keep) {
  const box = make("div", "atlas-card");
  const link = page == null ? null : make("a", label ? "onward" : "title", label || title);
  if (link) lead(link, { page, query, keep });
  box.append(link && !label ? link : make("div", "title", title));
  if (small) box.append(make("div", "small", small));
  if (text) box.append(make("p", "", text));
  if (link && label) box.append(link);
  if (source && /^https?:/.test(source.address))
    box.append(Object.assign(make("a", "source", source.label), { href: source.address, target: "_blank", rel: "noopener noreferrer" }));
  return box;
}

export default function ({ data: sent, parentElement }) {
  const data = JSON.parse(new TextDecoder().decode(sent));
  const grid = parentElement.querySelector(".atlas-cards");
  grid.style.setProperty("--columns", data.columns);
  grid.style.setProperty("--least", `${data.least}px`);
  grid.replaceChildren(...data.cards.map((one) => card(one, data.keep)));
}
