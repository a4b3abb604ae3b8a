"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
const part = (id) => document.getElementById(id);

part("shop").textContent = data.shop;
part("amount").textContent = data.amount;
document.documentElement.style.setProperty("--brand", data.colour);
part("cancel").addEventListener("click", () => window.close());
part("form").addEventListener("submit", (event) => {
  event.preventDefault();
  if (!/^\d{6}$/.test(part("code").value)) {
    part("problem").textContent = "인증번호 6자리를 입력해 주세요. Enter six digits.";
    part("code").focus();
    return;
  }
  window.opener?.postMessage("secured", location.origin);
  window.close();
});
part("code").focus();
