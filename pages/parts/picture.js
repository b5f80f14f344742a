// A chart as a file.

// The picture is the chart as it stands, with title, numbers of workflows and source around it, in the app's own type.
async function save(format, { data }, { traces, layout, colours }, plot) {
  const { l, r, t, b } = plot._fullLayout._size;
  const width = plot.clientWidth;
  const title = lines(data.title, (width - 32) / 9);
  const subtitle = lines(data.subtitle, (width - 32) / 6.4);
  const head = 36 + 21 * title.length + 16 * subtitle.length;
  const foot = 30;
  const text = `<b>${title.join("<br>")}</b><br><span style="font-size:12px">${subtitle.join("<br>")}</span>`;
  const height = plot.clientHeight + head + foot;
  const axes = Object.entries(layout).filter(([name]) => /^[xy]axis\d*$/.test(name));
  const still = Object.fromEntries(axes.map(([name, axis]) => [name, { ...axis, automargin: false }]));
  const note = { text: data.source, showarrow: false, xref: "paper", yref: "paper", x: 0, y: 0, xshift: 12 - l, yshift: 8 - b - foot, xanchor: "left", yanchor: "bottom", font: { size: 11, color: colours.muted } };
  const picture = await window.Plotly.toImage(
    {
      data: traces,
      layout: {
        ...layout, width, height, margin: { l, r, t: t + head, b: b + foot }, paper_bgcolor: colours.surface,
        ...still, annotations: [...(layout.annotations ?? []), note],
        title: { text, x: 0, xref: "container", y: 1, yref: "container", yanchor: "top", pad: { l: 12, t: 26 }, font: { size: 16 }, automargin: false },
      },
    },
    { format: "svg", width, height },
  );
  const font = await inline(new URL(FIXED.font, document.baseURI).href);
  const face = `<style>@font-face{font-family:Inter;font-weight:100 900;src:url(${font})}</style>`;
  const svg = decodeURIComponent(picture.slice(picture.indexOf(",") + 1)).replace(/<svg[^>]*>/, (tag) => tag + face);
  const blob = new Blob([svg], { type: "image/svg+xml" });
  download(format === "svg" ? blob : await rasterised(svg, width, height), `${data.file}.${format}`);
}

function lines(text, length) {
  const found = [""];
  for (const word of text.split(" ")) {
    if (found.at(-1) && found.at(-1).length + word.length + 1 > length) found.push(word);
    else found[found.length - 1] = `${found.at(-1)} ${word}`.trim();
  }
  return found.map((line) => line.replace(/&/g, "&amp;").replace(/</g, "&lt;"));
}

async function inline(address) {
  const blob = await (await fetch(address)).blob();
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.readAsDataURL(blob);
  });
}

async function rasterised(svg, width, height) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: 2 * width, height: 2 * height });
  canvas.getContext("2d").drawImage(image, 0, 0, 2 * width, 2 * height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

function download(blob, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
