// What Streamlit's client leaves out when people move about: what has the focus, and the place on a page that they come back to.
// A condition of the filter that is removed takes the focus with it. Those who use the keyboard go on at the next one, or at the page.
document.addEventListener("click", ({ target }) => {
  const pressed = target.closest?.(".st-key-filter-bar button");
  if (!pressed) return;
  const buttons = () => [...document.querySelectorAll(".st-key-filter-bar button")];
  const at = buttons().indexOf(pressed);
  const until = performance.now() + 5000;
  (function look() {
    if (pressed.isConnected && performance.now() < until) return requestAnimationFrame(look);
    if (document.activeElement !== document.body) return;
    const left = buttons();
    (left[Math.min(at, left.length - 1)] ?? document.querySelector("[data-testid=stMain]"))?.focus({ preventScroll: true });
  })();
});

// A link kept how far down its page was (pages/parts/links.js). Whoever goes back is there again as soon as the page is long enough, until they move.
let back = 0;
for (const moved of ["wheel", "touchstart", "keydown", "pointerdown"]) addEventListener(moved, () => (back = 0), { capture: true, passive: true });
addEventListener("popstate", ({ state }) => {
  const mine = (back = state?.scroll ? performance.now() + 5000 : 0);
  (function look() {
    if (back !== mine || performance.now() > mine) return;
    const main = document.querySelector("[data-testid=stMain]");
    if (main && main.scrollTop !== state.scroll && main.scrollHeight - main.clientHeight >= state.scroll) main.scrollTop = state.scroll;
    requestAnimationFrame(look);
  })();
});
