"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
const page = window.opener ? window.opener.top : window.top;

if (data.sid && page !== window) {
  for (let turn = 1; turn <= data.times; turn += 1) {
    page.postMessage({ kind: "result", sid: data.sid, result: data.result, turn }, data.origin || "*");
  }
  if (data.closes) {
    window.close();
  }
}
