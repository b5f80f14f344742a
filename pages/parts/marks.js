// Arrow keys walk the marks, Enter clicks one. The ring and the spoken text stand in for the mouse pointer.
function keyboard(plot, state) {
  const root = plot.parentElement;
  const ring = root.querySelector(".ring");
  const spoken = root.querySelector("[role=status]");
  ring.hidden = true;
  state.at = undefined;
  plot.onblur = () => (ring.hidden = true);
  plot.onkeydown = (event) => {
    const step = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
    const all = marks(plot);
    if (!all.length) return;
    if (event.key === "Enter" && state.at !== undefined) {
      event.preventDefault();
      state.report(all[state.at].point);
    }
    if (!step) return;
    event.preventDefault();
    event.stopPropagation(); // on a page that steps with these keys, they are the chart's as long as it has the focus
    state.at = state.at === undefined ? 0 : next(all, state.at, step);
    const mark = all[state.at];
    ring.hidden = false;
    ring.style.transform = `translate(${mark.px - plot.scrollLeft}px, ${mark.py}px)`;
    spoken.textContent = mark.text;
  };
}

function next(all, at, [dx, dy]) {
  const here = all[at];
  let best = at;
  let least = Infinity;
  all.forEach((mark, i) => {
    const along = (mark.px - here.px) * dx + (mark.py - here.py) * dy;
    const across = Math.abs((mark.px - here.px) * dy) + Math.abs((mark.py - here.py) * dx);
    if (i === at || along < 1) return;
    const cost = along + 3 * across;
    if (cost < least) [best, least] = [i, cost];
  });
  return best;
}

function marks(plot) {
  const found = [];
  for (const trace of plot._fullData) {
    if (!trace.visible || trace.hoverinfo === "skip") continue;
    if (trace.type === "heatmap") {
      trace.y.forEach((y, r) => trace.x.forEach((x, c) => {
        const value = trace.z[r][c];
        if (value === null) return;
        found.push({ ...place(trace, x, y), point: { x, y, customdata: trace.customdata?.[r]?.[c] }, text: trace.hovertext?.[r]?.[c] ?? `${y}, ${x}: ${value}` });
      }));
    } else if (trace.type === "bar" || trace.type === "scatter") {
      trace.x.forEach((x, i) => {
        const y = trace.y[i];
        const customdata = trace.customdata?.[i];
        if (customdata != null) found.push({ ...place(trace, x, y), point: { x, y, customdata }, text: trace.hovertext?.[i] ?? `${x}, ${y}` });
      });
    } else if (trace.type === "treemap" || trace.type === "sunburst") {
      const frame = plot.getBoundingClientRect();
      plot.querySelectorAll("g.slice").forEach((slice) => {
        const node = slice.__data__?.data?.data;
        const box = slice.querySelector("path")?.getBoundingClientRect();
        if (!node || !box?.width) return;
        const i = trace.ids.indexOf(node.id);
        found.push({ px: box.x + box.width / 2 - frame.x, py: box.y + box.height / 2 - frame.y, point: { id: node.id, customdata: trace.customdata?.[i] }, text: trace.hovertext?.[i] ?? node.label });
      });
    }
  }
  found.forEach((mark) => (mark.text = String(mark.text).replace(/<br>/g, ", ").replace(/<[^>]+>/g, "")));
  return found;

  function place(trace, x, y) {
    const [xaxis, yaxis] = [trace.xaxis, trace.yaxis].map((name) => plot._fullLayout[`${name[0]}axis${name.slice(1)}`]);
    return { px: xaxis._offset + xaxis.d2p(x), py: yaxis._offset + yaxis.d2p(y) };
  }
}
