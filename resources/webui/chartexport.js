// SPDX-License-Identifier: MIT
// A chart as a picture or as a table. The picture is drawn again on a canvas from the same paths, so
// that the page's policy need not allow pictures from anywhere.
import { csvRow } from "./dom.js";

const Scale = 2; // for paper and dense screens
const TitleHeight = 52;

export function chartCsv(data, series) {
  const points = data.series[series[0].key]?.length ?? 0;
  let text = csvRow(["time", ...series.map((one) => one.key)]);
  for (let i = 0; i < points; ++i) {
    const time = data.start + (data.end - data.start) * i / Math.max(1, points - 1);
    text += csvRow([new Date(time).toISOString(), ...series.map((one) => data.series[one.key]?.[i] ?? "")]);
  }
  return text;
}

function paint(context, node) {
  const style = getComputedStyle(node);
  if (style.visibility === "hidden") return;
  const number = (name) => Number(node.getAttribute(name));
  context.fillStyle = style.fill;
  context.strokeStyle = style.stroke;
  context.lineWidth = parseFloat(style.strokeWidth) || 1;
  context.globalAlpha = Number(style.fillOpacity) || 1;
  if (node.tagName === "path") {
    const path = new Path2D(node.getAttribute("d"));
    if (style.fill !== "none") context.fill(path);
    context.globalAlpha = 1;
    if (style.stroke !== "none") context.stroke(path);
  } else if (node.tagName === "line") {
    context.beginPath();
    context.moveTo(number("x1"), number("y1"));
    context.lineTo(number("x2"), number("y2"));
    context.stroke();
  } else if (node.tagName === "text") {
    context.font = `${style.fontSize} ${style.fontFamily}`;
    context.textAlign = { end: "right", middle: "center" }[node.getAttribute("text-anchor")] ?? "left";
    context.fillText(node.textContent, number("x"), number("y"));
  }
  context.globalAlpha = 1;
}

export async function chartPng(chart) {
  const height = chart.svg.clientHeight + TitleHeight;
  const canvas = document.createElement("canvas");
  canvas.width = chart.width * Scale;
  canvas.height = height * Scale;
  const context = canvas.getContext("2d");
  const page = getComputedStyle(document.documentElement);
  const colour = (name) => page.getPropertyValue(name).trim();
  context.scale(Scale, Scale);
  context.fillStyle = colour("--surface");
  context.fillRect(0, 0, chart.width, height);
  context.fillStyle = colour("--text");
  context.font = `600 15px ${getComputedStyle(document.body).fontFamily}`;
  context.fillText(`${chart.title} (${chart.unit})`, 12, 22);
  context.font = `12px ${getComputedStyle(document.body).fontFamily}`;
  let x = 12;
  for (const one of chart.series) {
    context.fillStyle = colour(`--s${one.colour}`);
    context.fillRect(x, 34, 10, 10);
    context.fillStyle = colour("--muted");
    context.fillText(one.label, x + 14, 43);
    x += 30 + context.measureText(one.label).width;
  }
  const day = new Date(chart.data.end).toLocaleString();
  context.textAlign = "right";
  context.fillText(`to ${day}`, chart.width - 12, 43);
  context.translate(0, TitleHeight);
  for (const node of chart.svg.children) paint(context, node);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png");
  });
}
