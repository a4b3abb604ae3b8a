"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
const box = document.getElementById("box");
const frame = document.getElementById("window");

box.style.width = `${data.width}px`;
box.style.height = `${data.height}px`;
document.getElementById("brand").textContent = data.brand;
frame.src = data.window;
frame.addEventListener("load", () => frame.contentWindow.focus());

async function close() {
  const answer = await fetch(data.closed, { method: "POST" });
  const { result } = await answer.json();
  const said = data.alert
    ? { kind: "alert", sid: data.sid, text: data.alert }
    : { kind: "result", sid: data.sid, result, turn: 1 };
  window.parent.postMessage(said, data.origin || "*");
}

document.getElementById("close").addEventListener("click", close);
document.addEventListener("keydown", (event) => event.key === "Escape" && close());
