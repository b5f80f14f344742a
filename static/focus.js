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
    (left[Math.min(at, left.length - 1)] ?? document.querySelector("main, [data-testid=stMain]"))?.focus({ preventScroll: true });
  })();
});
