// A chart that asks for its new numbers ahead of the run of its page.
const SOON = 700; // milliseconds in which the run of a page follows an answer to a chart that asked

let spared = 0; // until when the server, which was busy, is not asked

// Where a chart finds its numbers once the page is at an address, the one it is at where none is given; parameters in one order, however it came about.
function aheadOf({ ahead }, from) {
  const address = ahead && addressOf(ahead, from);
  address?.searchParams.sort();
  return address?.href;
}

// Draws what a run of the page sent. After an answer to a chart that asked for itself it is the same, and all is done; or it is from a run before
// that one, and its own run is yet to come.
function arrived(text, state) {
  state.asking?.abort();
  clearTimeout(state.waiting);
  state.sent = text;
  if (text === state.text) state.ahead = undefined;
  else if (performance.now() - state.ahead < SOON) state.waiting = setTimeout(() => arrived(text, state), SOON);
  else state.take(text);
  state.address = aheadOf(state.data);
}

// The charts that have other numbers at an address, the nearest first.
const changed = (from) =>
  [...states.keys()]
    .sort(sooner)
    .map((root) => ({ away: distance(root), state: states.get(root), address: aheadOf(states.get(root).data, from) }))
    .filter(({ state, address }) => address && address !== state.address);

const atOnce = (near) => near.filter(({ away }) => !away).length || 1;

// A filter stands in the address as soon as it is chosen; other ways to another address than to replace it change more than the filter. Charts in
// sight ask for their new numbers at once, while Streamlit makes the page, and those less than a screen away one after another.
window.navigation?.addEventListener("currententrychange", ({ navigationType }) => {
  if (navigationType !== "replace") return;
  const asking = [];
  for (const { away, state, address } of changed()) {
    state.address = address;
    state.asking?.abort();
    const { signal } = (state.asking = new AbortController());
    if (away < window.innerHeight) asking.push({ away, ask: () => signal.aborted || request(address, signal, state) });
  }
  let last = Promise.all(asking.slice(0, atOnce(asking)).map(({ ask }) => ask()));
  for (const { ask } of asking.slice(atOnce(asking))) last = last.then(ask);
});

// Where the page will be once an option is let go, and the field it belongs to; neither where that is not known.
function choosing(option) {
  const field = (option.matches("button") ? option : document.activeElement)?.closest("[class*=st-key-]");
  if (!field) return {};
  const name = field.className.match(/st-key-(\S+)/)[1];
  const value = option.textContent;
  const address = new URL(window.location.href);
  const before = address.searchParams.getAll(name);
  const after = before.includes(value) ? before.filter((other) => other !== value) : [...before, value];
  address.searchParams.delete(name);
  for (const each of after) address.searchParams.append(name, each);
  return { name, chosen: address.href };
}

// A click begins with a press, and hands take a tenth of a second to let go: charts in sight ask already then.
document.addEventListener(
  "pointerdown",
  ({ target, button, isPrimary }) => {
    const option = target.closest?.("button[data-variant=pills], [role=option]:not([data-key=__select_all__])");
    if (!option || button || !isPrimary || performance.now() < spared) return;
    const { name, chosen } = choosing(option);
    const near = changed(chosen).filter(({ away, state }) => away < window.innerHeight && state.data.ahead.keep.includes(name));
    for (const { state, address } of near.slice(0, atOnce(near))) {
      state.foreseen?.asking.abort();
      state.foreseen = { address, ...ask(address) };
    }
  },
  true,
);

// By XMLHttpRequest: the promises of fetch would wait in line behind what else the browser has to do, twice.
function ask(address) {
  const asking = new XMLHttpRequest();
  asking.open("GET", address);
  asking.send();
  return { asking, ended: new Promise((resolve) => (asking.onloadend = resolve)) };
}

// Done when what came is on screen.
async function request(address, signal, state) {
  if (performance.now() < spared) return arrived(state.sent, state);
  const { asking, ended } = state.foreseen?.address === address ? state.foreseen : ask(address);
  state.foreseen = undefined;
  signal.onabort = () => asking.abort();
  await ended;
  if (signal.aborted) return;
  spared = performance.now() + 1000 * asking.getResponseHeader("Retry-After");
  // Without an answer it is left to the run of the page. That says nothing where it finds what it said last: the chart must not stay ahead of that
  // for good.
  if (asking.status !== 200) return arrived(state.sent, state);
  if (asking.responseText !== state.text) {
    state.ahead = performance.now();
    await state.take(asking.responseText);
  }
}
