"use strict";

// The boxes a card is typed into. A whole number never leaves this page: what is sent is masked here.

const PREFIXES = {
  451842: "366", 557042: "381", 537145: "365", 433028: "367", 513792: "368", 538720: "041",
  455437: "374", 546111: "371", 942061: "361", 515594: "090", 456405: "370", 517729: "089",
};
const boxes = [1, 2, 3, 4].map((turn) => document.getElementById(`number-${turn}`));
const hint = document.getElementById("number-hint");

function typedNumber() {
  return boxes.map((box) => box.value).join("");
}

function canExist(number) {
  let sum = 0;
  [...number].reverse().forEach((digit, place) => {
    const value = Number(digit) * (1 + (place % 2));
    sum += value > 9 ? value - 9 : value;
  });
  return (number.length === 16 || number.length === 15) && sum % 10 === 0;
}

function maskedNumber() {
  const number = typedNumber();
  return number && `${number.slice(0, 6)}${"*".repeat(number.length - 10)}${number.slice(-4)}`;
}

function isPast(month, year) {
  const now = new Date();
  return new Date(2000 + Number(year), Number(month), 1) <= now;
}

// What keeps the card from being taken, and the box to put right; nothing when all is well.
function cardProblem() {
  const value = (id) => document.getElementById(id).value;
  if (!canExist(typedNumber())) {
    return ["number-1", "카드번호를 다시 확인해 주세요.", "Check the card number."];
  }
  if (!/^(0[1-9]|1[0-2])$/.test(value("month")) || !/^\d{2}$/.test(value("year"))) {
    return ["month", "유효기간을 MM/YY로 입력해 주세요.", "Enter the expiry as MM/YY."];
  }
  if (isPast(value("month"), value("year"))) {
    return ["month", "유효기간이 지난 카드예요.", "This card has expired."];
  }
  if (!/^\d{2}$/.test(value("secret"))) {
    return ["secret", "비밀번호 앞 2자리를 입력해 주세요.", "Enter the first two digits of the PIN."];
  }
  if (!/^(\d{6}|\d{10})$/.test(value("birth"))) {
    return ["birth", "생년월일 6자리나 사업자번호 10자리를 입력해 주세요.", "Enter 6 or 10 digits."];
  }
  return null;
}

function say(isBad, text) {
  hint.textContent = text;
  hint.classList.toggle("bad", isBad);
}

function tellOfNumber(names) {
  const number = typedNumber();
  const issuer = names[PREFIXES[number.slice(0, 6)]];
  if (number.length >= 15 && !canExist(number)) {
    say(true, "카드번호를 다시 확인해 주세요. Check the card number.");
  } else {
    say(false, issuer ? `${issuer}` : "");
  }
  return PREFIXES[number.slice(0, 6)];
}

function next(box) {
  const all = [...document.querySelectorAll("#form input, #form select")].filter((one) => one.offsetParent);
  return all[all.indexOf(box) + 1];
}

function onDigits(box) {
  const digits = box.value.replace(/\D/g, "");
  box.value = digits;
  if (digits.length >= Number(box.dataset.length) && document.activeElement === box) {
    const following = next(box);
    if (following && box.id !== "birth" && box.id !== "person-birth") {
      following.focus();
      following.select?.();
    }
  }
}

function onKey(event, box) {
  const before = boxes[boxes.indexOf(box) - 1];
  if (event.key === "Backspace" && box.value === "" && before) {
    event.preventDefault();
    before.focus();
    before.value = before.value.slice(0, -1);
  }
}

function onPaste(event) {
  const digits = (event.clipboardData.getData("text") || "").replace(/\D/g, "");
  if (digits.length > 4) {
    event.preventDefault();
    boxes.forEach((box, place) => {
      box.value = digits.slice(place * 4, place * 4 + 4);
    });
    document.getElementById("month").focus();
    boxes[0].dispatchEvent(new Event("input", { bubbles: true }));
  }
}

// A card nobody has; its check digit is right, so that the form takes it.
function fillDemoCard() {
  const typed = ["4518", "4212", "3456", "7894"];
  boxes.forEach((box, place) => {
    box.value = typed[place];
  });
  document.getElementById("month").value = "12";
  document.getElementById("year").value = String((new Date().getFullYear() + 3) % 100);
  document.getElementById("secret").value = "00";
  document.getElementById("birth").value = "900101";
  boxes[0].dispatchEvent(new Event("input", { bubbles: true }));
}

for (const box of document.querySelectorAll(".digits")) {
  box.addEventListener("input", () => onDigits(box));
  box.addEventListener("keydown", (event) => onKey(event, box));
}
for (const box of boxes) {
  box.addEventListener("paste", onPaste);
}
