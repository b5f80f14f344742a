// One Plotly figure, drawn with the plotly.min.js of the Python package. Reports clicks on every kind of mark, also
// heatmap cells and treemap tiles, and redraws in place. Strings that begin with "@" are colours of the theme.
const states = new WeakMap();

function loadPlotly(src) {
  if (window.Plotly) return Promise.resolve(window.Plotly);
  window.__atlasPlotly ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL(src, document.baseURI).href;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => reject(new Error("plotly.min.js did not load"));
    document.head.append(script);
  });
  return window.__atlasPlotly;
}

function isDark(element) {
  const colour = getComputedStyle(element).getPropertyValue("--st-background-color").trim();
  const hex = colour.replace("#", "");
  const [r, g, b] = [0, 2, 4].map((i) => parseInt(hex.slice(i, i + 2), 16));
  return 0.299 * r + 0.587 * g + 0.114 * b < 128;
}

function paint(value, colours) {
  if (typeof value === "string") return value[0] === "@" ? (colours[value.slice(1)] ?? value) : value;
  if (Array.isArray(value)) {
    const first = value[0];
    return typeof first === "number" || first === null ? value : value.map((item) => paint(item, colours));
  }
  if (value && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, paint(item, colours)]));
  return value;
}

function merge(into, patch) {
  for (const [key, value] of Object.entries(patch ?? {}))
    into[key] = value && typeof value === "object" && !Array.isArray(value) ? merge({ ...into[key] }, value) : value;
  return into;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".atlas-chart");
  const plot = root.querySelector(".plot");
  const state = states.get(root) ?? { run: 0, painted: 0 };
  states.set(root, state);
  state.run += 1;
  const run = state.run;

  const narrow = () => plot.clientWidth < 520;
  plot.style.height = `${(narrow() && data.figure.narrow?.height) || data.figure.layout.height}px`;
  plot.style.minWidth = data.min_width ? `${data.min_width}px` : "";
  plot.setAttribute("aria-label", `${data.alt} Use the arrow keys to move between marks, Enter to see the workflows behind one.`);
  root.dataset.chart = data.name;

  const figure = () => {
    const colours = data.colours[isDark(parentElement) ? "dark" : "light"];
    const drawn = paint(data.figure, colours);
    const layout = { ...drawn.layout };
    if (narrow()) {
      merge(layout, drawn.narrow);
      drawn.data.forEach((trace) => Object.assign(trace, drawn.narrow_traces));
    }
    return { traces: drawn.data, layout: { ...layout, autosize: true }, colours };
  };

  const report = (point) => {
    if (!point) return;
    const { customdata = null, id = null, x = null, y = null } = point;
    setTriggerValue("click", { customdata, id, x, y, level: state.level ?? null, at: Date.now() });
    state.level = undefined;
  };

  const draw = async () => {
    const Plotly = await loadPlotly(data.plotly);
    if (run !== state.run || !root.isConnected) return;
    const { traces, layout } = figure();
    await Plotly.react(plot, traces, layout, { displayModeBar: false, doubleClick: "reset", responsive: false });
    if (!state.ready) {
      state.ready = true;
      for (const shape of ["treemap", "sunburst"]) plot.on(`plotly_${shape}click`, (event) => void (state.level = event.nextLevel));
      plot.on("plotly_click", (event) => state.report(event.points[0]));
      state.observer = new ResizeObserver(() => {
        const width = plot.clientWidth;
        if (!width || width === state.width) return;
        state.width = width;
        state.draw();
      });
      state.observer.observe(plot);
    }
    state.width = plot.clientWidth;
    state.painted += 1;
    root.dataset.painted = state.painted;
    keyboard(plot, state);
  };
  state.draw = draw;
  state.report = report;
  draw();

  root.querySelector("[data-do=png]").onclick = () => save("png");
  root.querySelector("[data-do=svg]").onclick = () => save("svg");
  root.querySelector("[data-do=link]").onclick = copyLink;

  async function save(format) {
    const { traces, layout, colours } = figure();
    const width = Math.max(plot.clientWidth, 900);
    const margin = { ...layout.margin, t: (layout.margin?.t ?? 20) + 64, b: (layout.margin?.b ?? 30) + 24 };
    const title = { text: data.title, subtitle: { text: data.subtitle }, x: 0, xref: "container", pad: { l: 16, t: 12 }, yref: "container", y: 1, yanchor: "top", automargin: false };
    const note = { text: data.source, showarrow: false, xref: "paper", yref: "paper", x: 0, y: 0, yshift: -margin.b + 10, xanchor: "left", yanchor: "bottom", font: { size: 11 } };
    const annotations = [...(layout.annotations ?? []), note];
    const height = layout.height + 88;
    await Plotly.downloadImage(
      { data: traces, layout: { ...layout, title, margin, height, width, annotations, paper_bgcolor: colours.surface } },
      { format, filename: data.file, width, height, scale: format === "png" ? 2 : 1 },
    );
  }

  async function copyLink(event) {
    const button = event.currentTarget;
    const address = window.location.href;
    try {
      await navigator.clipboard.writeText(address);
    } catch {
      const field = Object.assign(document.createElement("textarea"), { value: address });
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
    button.textContent = "Link copied";
    button.onblur = () => (button.textContent = "Copy link");
  }

  return () => {
    state.observer?.disconnect();
    if (window.Plotly) window.Plotly.purge(plot);
    states.delete(root);
  };
}

// Arrow keys walk the marks, Enter clicks one. The ring and the spoken text stand in for the mouse pointer.
function keyboard(plot, state) {
  const root = plot.parentElement;
  const ring = root.querySelector(".ring");
  const spoken = root.querySelector(".spoken");
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
  const { xaxis, yaxis } = plot._fullLayout;
  const found = [];
  for (const trace of plot._fullData) {
    if (!trace.visible || trace.hoverinfo === "skip") continue;
    if (trace.type === "heatmap") {
      trace.y.forEach((y, r) => trace.x.forEach((x, c) => {
        const value = trace.z[r][c];
        if (value === null) return;
        found.push({ ...place(x, y), point: { x, y, customdata: trace.customdata?.[r]?.[c] }, text: trace.hovertext?.[r]?.[c] ?? `${y}, ${x}: ${value}` });
      }));
    } else if (trace.type === "bar" || trace.type === "scatter") {
      trace.x.forEach((x, i) => {
        const y = trace.y[i];
        const customdata = trace.customdata?.[i];
        if (customdata != null) found.push({ ...place(x, y), point: { x, y, customdata }, text: trace.hovertext?.[i] ?? `${x}, ${y}` });
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

  function place(x, y) {
    return { px: xaxis._offset + xaxis.d2p(x), py: yaxis._offset + yaxis.d2p(y) };
  }
}
