// One Plotly figure, drawn with part of the plotly.min.js of the Python package. Reports clicks on every kind of mark, also
// heatmap cells and treemap tiles, and what a lasso catches, and redraws in place. Strings that begin with "@" are colours of the theme. FIXED, put
// before this by chart.py, holds what is the same for every chart: the themes and the addresses of Plotly and of the font. So are links.js, ahead.js
// (asking for numbers), marks.js (the keyboard) and picture.js (files).
const states = new Map(); // of the charts on the page
const undrawn = new Set(); // those that have something new to draw
let drawing; // while they are

const distance = (root) => {
  const { top, bottom } = root.getBoundingClientRect();
  return Math.max(0, -bottom, top - window.innerHeight);
};

const sooner = (a, b) => distance(a) - distance(b) || a.getBoundingClientRect().top - b.getBoundingClientRect().top;

// When the browser has shown what it was given: it does so between two frames, of which a tab that nobody looks at has none.
const shown = () => document.hidden || new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve))));

// Draws charts one after another, those in sight first, and has each shown before the next: else all came when the last is drawn.
async function drawAll() {
  await loadPlotly(FIXED.plotly);
  while (undrawn.size) {
    const [root] = [...undrawn].sort(sooner);
    undrawn.delete(root);
    await states.get(root).draw().catch(console.error);
    await shown();
  }
  drawing = undefined;
}

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

// Whether an element of the page stands behind one of a kind.
function follows(element, kind) {
  return [...document.querySelectorAll(kind)].some((other) => other.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING);
}

function isDark(element) {
  const colour = getComputedStyle(element).getPropertyValue("--st-background-color").trim();
  const hex = colour.replace("#", "");
  const [r, g, b] = [0, 2, 4].map((i) => parseInt(hex.slice(i, i + 2), 16));
  return 0.299 * r + 0.587 * g + 0.114 * b < 128;
}

// What holds data of marks and never the name of a colour; most of a figure.
const UNPAINTED = new Set(["x", "y", "z", "text", "hovertext", "customdata", "ids", "labels", "parents", "values"]);

function paint(value, colours) {
  if (typeof value === "string") return value[0] === "@" ? (colours[value.slice(1)] ?? value) : value;
  if (Array.isArray(value)) {
    const first = value[0];
    return typeof first === "number" || first === null ? value : value.map((item) => paint(item, colours));
  }
  if (value && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, UNPAINTED.has(key) ? item : paint(item, colours)]));
  return value;
}

function merge(into, patch) {
  for (const [key, value] of Object.entries(patch ?? {}))
    into[key] = value && typeof value === "object" && !Array.isArray(value) ? merge({ ...into[key] }, value) : value;
  return into;
}

// All type of a figure larger, as a demo asks for.
function enlarge(value, times) {
  if (times === 1 || !value || typeof value !== "object") return;
  for (const [key, item] of Object.entries(value)) {
    if (/font$/.test(key) && typeof item?.size === "number") item.size *= times;
    enlarge(item, times);
  }
}

export default function ({ data: sent, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".atlas-chart");
  const plot = root.querySelector(".plot");
  const state = states.get(root) ?? { painted: 0 };
  states.set(root, state);

  // Show what the server says: the words at once, the figure when Plotly is there.
  function take(text) {
    const data = JSON.parse(text);
    // A changed filter is told by the first chart of the page to those who do not see it.
    if (state.data && states.keys().next().value === root) root.querySelector("[role=status]").textContent = `${data.title}. ${data.subtitle}`;
    Object.assign(state, { text, data });
    const heading = parentElement.querySelector(".atlas-words h3");
    heading.textContent = data.title;
    heading.ariaLevel ??= follows(parentElement, "h2") ? 3 : 2;
    parentElement.querySelector(".atlas-words p").textContent = data.subtitle;
    const note = parentElement.querySelector(".atlas-note");
    note.textContent = data.note;
    note.hidden = !data.note;
    plot.style.height = `${(narrow() && data.figure.narrow?.height) || data.figure.layout.height}px`;
    plot.style.minWidth = data.min_width ? `${data.min_width}px` : "";
    plot.setAttribute("aria-label", data.alt);
    root.dataset.chart = data.name;
    const method = root.querySelector(".tools a");
    method.hidden = !data.method;
    if (data.method) lead(method, data.method);
    root.querySelector("[data-do=save]").hidden = !data.save;
    undrawn.add(root);
    return (drawing ??= drawAll());
  }

  const narrow = () => root.clientWidth < 520; // the plot itself may be wider and scroll
  const scale = () => Number(getComputedStyle(root).getPropertyValue("--atlas-type")) || 1;

  const figure = () => {
    const colours = FIXED.colours[isDark(parentElement) ? "dark" : "light"];
    const drawn = paint(state.data.figure, colours);
    enlarge(drawn, scale());
    const layout = { ...drawn.layout };
    if (narrow()) {
      merge(layout, drawn.narrow);
      drawn.data.forEach((trace, i) => Object.assign(trace, Array.isArray(drawn.narrow_traces) ? drawn.narrow_traces[i] : drawn.narrow_traces));
    }
    const { l, r } = state.margin ?? { l: 180, r: 64 };
    drawn.data.forEach((trace) => fit(trace, layout, plot.clientWidth - l - r, 8 * scale()));
    return { traces: drawn.data, layout: { ...layout, autosize: true }, colours };
  };

  const report = (point) => {
    if (!point) return;
    const { customdata = null, id = null, x = null, y = null } = point;
    setTriggerValue("click", { customdata, id, x, y, level: state.level ?? null, at: Date.now() });
    state.level = undefined;
  };

  // What is caught becomes the filter, and the chart another one: the outline of the lasso has done its work.
  const caught = (points) => {
    const customdata = points.map((point) => point.customdata).filter((found) => found != null);
    if (customdata.length) setTriggerValue("select", { customdata, at: Date.now() });
    window.Plotly.relayout(plot, { selections: [] });
    window.Plotly.restyle(plot, { selectedpoints: null });
  };

  const draw = async () => {
    const { traces, layout } = figure();
    const frame = layout.uirevision && [layout.uirevision, narrow(), scale(), document.fonts.check("12px Inter")].join();
    if (frame && frame === state.frame) layout.margin = state.margin;
    else state.measured = {};
    for (const [name, needed] of Object.entries(axisLabels(traces, layout, plot.clientWidth)))
      if (letsIn(state.measured[name], needed)) layout[name] = { ...layout[name], automargin: false };
      else state.measured[name] = needed;
    await window.Plotly.react(plot, traces, layout, { displayModeBar: false, doubleClick: "reset", responsive: false });
    // Plotly draws everything again when labels turn out to need another margin. As long as a figure says that its labels
    // are of the same kind, it starts from the margins of the last draw: half the time, and the frame stays where it is.
    const { l, r, t, b } = plot._fullLayout._size;
    Object.assign(state, { frame, margin: { l, r, t, b } });
    if (!state.ready) {
      state.ready = true;
      for (const shape of ["treemap", "sunburst"]) plot.on(`plotly_${shape}click`, (event) => void (state.level = event.nextLevel));
      // Where marks lie on one another, the one that has workflows behind it.
      plot.on("plotly_click", ({ points }) => state.report(points.find((point) => point.customdata != null) ?? points[0]));
      plot.on("plotly_selected", (event) => event && state.caught(event.points));
      state.observer = new ResizeObserver(() => {
        const width = plot.clientWidth;
        if (!width || width === state.width) return;
        state.width = width;
        state.draw();
      });
      state.observer.observe(plot);
    }
    if (scale() > 1) untangle(plot);
    state.width = plot.clientWidth;
    state.painted += 1;
    root.dataset.painted = state.painted;
    keyboard(plot, state);
  };
  Object.assign(state, { draw, report, caught, take });
  arrived(new TextDecoder().decode(sent), state);

  root.querySelector("[data-do=save]").onclick = () => setTriggerValue("save", Date.now());
  root.querySelector("[data-do=png]").onclick = () => save("png", state, figure(), plot);
  root.querySelector("[data-do=svg]").onclick = () => save("svg", state, figure(), plot);
  root.querySelector("[data-do=link]").onclick = copyLink;

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
    button.textContent = state.data.linked;
    button.onblur = () => (button.textContent = "Copy link");
  }

  return () => {
    state.observer?.disconnect();
    state.asking?.abort();
    clearTimeout(state.waiting);
    if (window.Plotly) window.Plotly.purge(plot);
    states.delete(root);
    undrawn.delete(root);
  };
}

// Labels of dots are placed for the usual size of type. Larger, those that would run into another or out of the chart go; hovering still tells them.
function untangle(plot) {
  const kept = [];
  const frame = plot.getBoundingClientRect();
  for (const label of plot.querySelectorAll(".scatterlayer .textpoint text")) {
    const box = label.getBoundingClientRect();
    const meets = (other) => box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom;
    const fits = box.left >= frame.left && box.right <= frame.right && !kept.some(meets);
    label.style.visibility = fits ? "" : "hidden";
    if (fits) kept.push(box);
  }
}

// Whether a margin that was made for labels has room for others.
const letsIn = (known, needed) => (typeof needed === "number" ? needed <= known : needed === known);

const pen = document.createElement("canvas").getContext("2d");
const SIGNS = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

function widthOf(label, size) {
  pen.font = `${label.includes("<b>") ? "bold " : ""}${size}px Inter, system-ui, sans-serif`;
  const lines = label.split("<br>").map((line) => line.replace(/<[^>]+>/g, "").replace(/&(amp|lt|gt);/g, (sign) => SIGNS[sign]));
  return Math.max(...lines.map((line) => pen.measureText(line).width));
}

// What decides the margin for the labels of an axis, where it can be told before they are drawn: Plotly measures every one. Beside a chart it
// is the widest; above or below it all of them in their order, as they slant, the size of their type, and the width between them.
function axisLabels(traces, layout, width) {
  const found = {};
  for (const [name, axis] of Object.entries(layout)) {
    const letter = name[0];
    if (!/^[xy]axis\d*$/.test(name) || !axis.automargin || (letter === "x" && typeof axis.tickangle !== "number")) continue;
    const own = traces.filter((trace) => (trace[`${letter}axis`] ?? letter) === name.replace("axis", ""));
    const labels = axis.ticktext ?? own.flatMap((trace) => trace[letter] ?? []);
    if (!labels.length || labels.some((label) => typeof label !== "string")) continue;
    const size = axis.tickfont?.size ?? layout.font?.size ?? 12;
    found[name] = letter === "x" ? [size, width, ...labels].join("\n") : Math.max(...labels.map((label) => widthOf(label, size)));
  }
  return found;
}

// Numbers in cells get smaller, then go, where they would not fit, but for the dots that mark some; hovering still tells them.
function fit(trace, layout, width, least) {
  if (trace.type !== "heatmap" || !trace.texttemplate) return;
  const [from, to] = layout[(trace.xaxis ?? "x").replace("x", "xaxis")]?.domain ?? [0, 1];
  const cell = (width * (to - from)) / trace.x.length - (trace.xgap ?? 0);
  const longest = Math.max(1, ...trace.text.flat().map((text) => text.replace(/<[^>]+>/g, "").length));
  const size = Math.min(trace.textfont?.size ?? 11, Math.floor(cell / (0.58 * longest)));
  if (size < least) trace.text = trace.text.map((row) => row.map((text) => (/•(<[^>]+>)*$/.test(text) ? "•" : "")));
  else trace.textfont = { ...trace.textfont, size };
}
