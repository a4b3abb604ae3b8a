"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
const button = document.getElementById("pay");
const NAMES = { "paypal-spb": "PayPal 결제", "paypal-rt": "PayPal 등록", "toss-brandpay-widget": "브랜드페이 결제" };
const POLL = 100;

let popup = null;

button.textContent = NAMES[data.ui] || "결제";
button.addEventListener("click", () => {
  popup = window.open("about:blank", "IMP_PAYPAL", "width=440,height=700");
  window.parent.postMessage({ kind: "press" }, "*");
});

window.addEventListener("message", (event) => {
  if (event.source !== window.parent || !popup) {
    return;
  }
  if (event.data.kind !== "go") {
    popup.close();
    return;
  }
  const form = document.createElement("form");
  form.method = "post";
  form.action = event.data.url;
  form.target = "IMP_PAYPAL";
  document.body.append(form);
  form.submit();
  form.remove();
  const watch = window.setInterval(() => {
    if (popup.closed) {
      window.clearInterval(watch);
      window.parent.postMessage({ kind: "closed" }, "*");
    }
  }, POLL);
});
