"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
const part = (id) => document.getElementById(id);
const issuers = new Map(data.issuers.map((issuer) => [issuer.code, issuer]));
const names = Object.fromEntries(data.issuers.map((issuer) => [issuer.code, issuer.name]));
const FIRST = { card: "number-1", bank: "bank", vbank: "vbank", phone: "carrier", wallet: "agree", identity: "person" };
const LABELS = {
  card: ["결제하기", "Pay"], bank: ["이체하기", "Transfer"], vbank: ["계좌 발급", "Issue account"],
  phone: ["결제하기", "Pay"], wallet: ["휴대폰에서 결제 완료", "Paid on the phone"], identity: ["확인", "Confirm"],
};

let isBusy = false;

function fill() {
  document.title = `${data.brand} 결제창 (데모)`;
  document.documentElement.style.setProperty("--brand", data.colour);
  for (const id of ["brand", "shop", "name", "order", "amount"]) {
    part(id).textContent = data[id];
  }
  [part("sentence").textContent, part("sentence-english").textContent] = data.sentence;
  part("test").hidden = !data.is_test;
  part("total").hidden = data.form === "identity";
  if (data.period) {
    part("period-row").hidden = false;
    part("period").textContent = data.period.interval || `${data.period.from || ""} – ${data.period.to || ""}`;
  }
  document.querySelector(`[data-form="${data.form}"]`).hidden = false;
  const [korean, english] = data.is_key && data.form === "card" ? ["카드 등록하기", "Register card"] : LABELS[data.form];
  part("pay").textContent = `${korean} `;
  part("pay").append(smallPrint(english));
}

function smallPrint(text) {
  const small = document.createElement("small");
  small.lang = "en";
  small.textContent = text;
  return small;
}

function fillCard() {
  part("issuer-part").hidden = data.is_key;
  part("quota-part").hidden = data.is_key;
  for (const issuer of data.issuers) {
    const label = document.createElement("label");
    const radio = document.createElement("input");
    radio.type = "radio";
    radio.name = "issuer";
    radio.value = issuer.code;
    radio.disabled = Boolean(data.direct) && data.direct.code !== issuer.code;
    radio.checked = Boolean(data.direct) && data.direct.code === issuer.code;
    label.hidden = radio.disabled;
    label.append(radio, issuer.name);
    if (issuer.free) {
      const free = document.createElement("small");
      free.textContent = `무이자 ~${issuer.free}개월`;
      label.append(free);
    }
    part("issuers").append(label);
  }
  const quotas = data.direct ? [data.direct.quota] : data.quotas;
  for (const months of quotas) {
    part("quota").append(new Option(months === 0 ? "일시불 · Lump sum" : `${months}개월 · ${months} months`, String(months)));
  }
  part("number").addEventListener("input", () => choose(tellOfNumber(names)));
}

function choose(code) {
  const radio = code && !data.direct && document.querySelector(`input[name="issuer"][value="${code}"]`);
  if (radio) {
    radio.checked = true;
  }
}

function fillBanks() {
  for (const list of document.querySelectorAll(".banks")) {
    list.append(...data.banks.map((bank) => new Option(bank.name, bank.code)));
  }
}

// Not a code anybody can read: the page has nothing a phone could open.
function drawQr() {
  let seed = [...data.sid].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7);
  for (let cell = 0; cell < 21 * 21; cell += 1) {
    seed = (seed * 1103515245 + 12345) >>> 0;
    const [x, y] = [cell % 21, Math.floor(cell / 21)];
    const dot = document.createElement("i");
    dot.classList.toggle("on", corner(x, y) ?? seed % 7 > 3);
    part("qr").append(dot);
  }
}

function corner(x, y) {
  const [dx, dy] = [x > 13 ? x - 14 : x, y > 13 ? y - 14 : y];
  if (dx > 6 || dy > 6 || (x > 13 && y > 13)) {
    return undefined;
  }
  const ring = Math.max(Math.abs(dx - 3), Math.abs(dy - 3));
  return ring === 3 || ring < 2;
}

function problem() {
  if (data.form === "card") {
    const wrong = cardProblem();
    const number = typedNumber();
    if (!wrong && PREFIXES[number.slice(0, 6)] && !issuers.has(PREFIXES[number.slice(0, 6)])) {
      return ["number-1", "이 상점에서 쓸 수 없는 카드사예요.", "This shop does not take this card."];
    }
    if (wrong) {
      return wrong;
    }
  }
  return part("agree").checked ? null : ["agree", "약관에 동의해 주세요.", "Please agree to the terms."];
}

function card() {
  if (data.form !== "card") {
    return {};
  }
  const chosen = document.querySelector('input[name="issuer"]:checked');
  const code = chosen ? chosen.value : PREFIXES[typedNumber().slice(0, 6)];
  return { card_number: maskedNumber(), card_code: code || "", card_quota: Number(part("quota").value || 0) };
}

async function press(button, typed = {}) {
  if (isBusy) {
    return;
  }
  isBusy = true;
  part("pay").disabled = true;
  const reply = await fetch(`/pay/${data.sid}/press`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ button, ...typed }),
  });
  const told = await reply.json();
  if (!reply.ok) {
    isBusy = false;
    part("pay").disabled = false;
    part("problem").textContent = told.message;
  } else if (told.is_silent) {
    part("main").hidden = true;
    part("silent").hidden = false;
    part("silent").focus();
  } else {
    leave(told);
  }
}

function leave(told) {
  if (told.by !== "post") {
    location.href = told.back;
    return;
  }
  const form = document.createElement("form");
  form.method = "post";
  form.action = told.back;
  document.body.append(form);
  form.submit();
}

function focusFirst() {
  part(FIRST[data.form]).focus({ preventScroll: true });
}

function submit(event) {
  event.preventDefault();
  const wrong = problem();
  if (wrong) {
    const [id, korean, english] = wrong;
    part("problem").textContent = `${korean} ${english}`;
    part(id).focus();
    return;
  }
  part("problem").textContent = "";
  press("pay", card());
}

const TRIES = {
  scheme: () => { location.href = "ispmobile://TID=DEMO0000000000"; },
  intent: () => { location.href = "intent://pay?demo=1#Intent;scheme=kb-acp;package=com.example.demo;end"; },
  download: () => { location.href = "/plugin/DemoSecurity.exe"; },
  alert: () => window.alert("[데모] 보안 프로그램을 확인하고 있습니다."),
  confirm: () => window.confirm("[데모] 인증을 계속할까요?"),
  popup: () => window.open(`/pay/${data.sid}/secure`, "acs", "width=420,height=560"),
  geolocation: () => navigator.geolocation?.getCurrentPosition(() => {}, () => {}),
  leave: () => {
    const forged = new URL(data.return_url);
    forged.search = new URLSearchParams({ imp_uid: "imp_000000000000", merchant_uid: data.order, imp_success: "true" });
    window.top.location.href = forged.href;
  },
};

window.addEventListener("message", (event) => {
  if (event.origin === location.origin && event.data === "secured") {
    press("pay", data.form === "card" && canExist(typedNumber()) ? card() : {});
  }
});
part("form").addEventListener("submit", submit);
part("cancel").addEventListener("click", () => press("cancel"));
part("fill").hidden = data.form !== "card";
part("fill").addEventListener("click", () => {
  fillDemoCard();
  part("agree").focus();
});
part("secure").addEventListener("click", TRIES.popup);
for (const button of document.querySelectorAll("[data-press]")) {
  button.addEventListener("click", () => press(button.dataset.press));
}
for (const button of document.querySelectorAll("[data-try]")) {
  button.addEventListener("click", () => TRIES[button.dataset.try]());
}
fill();
fillCard();
fillBanks();
drawQr();
focusFirst();
window.addEventListener("focus", () => document.activeElement === document.body && focusFirst());
for (const one of data.tries) {
  if (one === "leave") {
    // A browser lets a frame move the whole page only once somebody has touched it.
    document.addEventListener("pointerup", TRIES.leave, { once: true });
  } else {
    TRIES[one]();
  }
}
if (data.press) {
  press(data.press);
}
