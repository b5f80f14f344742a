// A chart that asks for its new numbers ahead of the run of its page.
const SOON = 700; // milliseconds in which the run of a page follows an answer to a chart that asked

let spared = 0; // until when the server, which was busy, is not asked

const aheadOf = ({ ahead }) => ahead && addressOf(ahead).href;

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

// A filter stands in the address as soon as it is chosen; other ways to another address than to replace it change more than the filter. Charts in
// sight ask for their new numbers at once, while Streamlit makes the page, and those less than a screen away one after another.
window.navigation?.addEventListener("currententrychange", ({ navigationType }) => {
  if (navigationType !== "replace") return;
  const asking = [];
  for (const [root, state] of states) {
    const address = aheadOf(state.data);
    if (!address || address === state.address) continue;
    state.address = address;
    state.asking?.abort();
    const away = distance(root);
    const { top } = root.getBoundingClientRect();
    const { signal } = (state.asking = new AbortController());
    if (away < window.innerHeight) asking.push({ away, top, ask: () => signal.aborted || request(address, signal, state) });
  }
  asking.sort((a, b) => a.away - b.away || a.top - b.top);
  const atOnce = asking.filter(({ away }) => !away).length || 1;
  let last = Promise.all(asking.slice(0, atOnce).map(({ ask }) => ask()));
  for (const { ask } of asking.slice(atOnce)) last = last.then(ask);
});

// By XMLHttpRequest: the promises of fetch would wait in line behind what else the browser has to do, twice. Done when what came is on screen.
async function request(address, signal, state) {
  if (performance.now() < spared) return arrived(state.sent, state);
  const asking = new XMLHttpRequest();
  asking.open("GET", address);
  signal.onabort = () => asking.abort();
  asking.send();
  await new Promise((resolve) => {
    // Left to the run of the page. It says nothing where it finds what it said last: the chart must not stay ahead of that for good.
    const left = () => resolve(arrived(state.sent, state));
    asking.onload = () => {
      spared = performance.now() + 1000 * asking.getResponseHeader("Retry-After");
      if (asking.status !== 200) return left();
      if (signal.aborted || asking.responseText === state.text) return resolve();
      state.ahead = performance.now();
      resolve(state.take(asking.responseText));
    };
    asking.onerror = left;
    asking.onabort = resolve;
  });
  await shown();
}
