// A link to another page of the dashboard. It makes one entry in the browser's history, which Streamlit follows as it follows Back
// and Forward: no full load, and the parameters named in `keep` (the shared filter) go along.
function addressOf({ page, query, keep }, from = window.location.href) {
  const address = new URL(from);
  const kept = [...address.searchParams].filter(([name]) => keep.includes(name));
  if (page !== null) address.pathname = address.pathname.replace(/[^/]*$/, page);
  address.search = new URLSearchParams([...kept, ...new URLSearchParams(query)]);
  address.hash = "";
  return address;
}

function follow(to) {
  const main = document.querySelector("[data-testid=stMain]");
  if (!to.instead) window.history.replaceState({ ...window.history.state, scroll: main?.scrollTop }, ""); // for who comes back (static/moving.js)
  window.history[to.instead ? "replaceState" : "pushState"]({}, "", addressOf(to));
  window.dispatchEvent(new PopStateEvent("popstate"));
  if (to.page !== null) main?.focus({ preventScroll: true }); // what had the focus goes with its page
}

// A plain click stays in the dashboard; with Ctrl or the middle button the browser opens the same address beside it.
function lead(anchor, to) {
  anchor.href = addressOf(to);
  anchor.onclick = (event) => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    follow(to);
  };
}
