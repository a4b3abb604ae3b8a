// The object a shop's page calls.

let setup = null;
let account = null;
let current = null;
let isRefused = false;
const shown = new Map();

function warn(text) {
  console.error(text);
  window.alert(text);
}

function start(userCode, tier) {
  if (setup) {
    console.warn("IMP.init을 두 번 호출했습니다. 처음 것을 그대로 씁니다.");
    return;
  }
  const query = tier ? `?tier=${encodeURIComponent(tier)}` : "";
  const request = new XMLHttpRequest();
  request.open("GET", `${SETUP.core}/channels/${encodeURIComponent(userCode)}${query}`, false);
  try {
    request.send();
  } catch (error) {
    warn("결제 서버에 연결할 수 없습니다.");
    return;
  }
  if (request.status !== 200) {
    isRefused = true;
    warn(`가맹점 식별코드를 확인해 주세요. (${userCode})`);
    return;
  }
  account = { user_code: userCode, tier: tier || null };
  setup = JSON.parse(request.responseText);
  layDialog();
  window.addEventListener("message", hear);
}

function call(type, given, callback) {
  if (!setup) {
    warn(isRefused ? "가맹점 식별코드를 확인해 주세요." : "IMP.init을 먼저 호출해 주세요.");
    return SETUP.flavour === "v1" ? Promise.reject(new Error("IMP is not initialised")) : undefined;
  }
  const params = { ...given };
  params.merchant_uid = params.merchant_uid || `nobody_${Date.now()}`;
  params.pay_method = params.pay_method || "card";
  const outcome = new Promise((finish) => {
    begin({ type, params, callback, finish, delivered: 0, isOver: false, isNew: false });
  });
  return SETUP.flavour === "v1" ? outcome : undefined;
}

function begin(request) {
  const { params, type } = request;
  const found = channelFor(type, params, setup);
  request.isNew = typeof found === "object" && isNewer(found, params);
  const problem = problemOf(request, found);
  if (problem) {
    answer(request, problem);
    return;
  }
  request.channel = found;
  request.mode = modeFor(found, params);
  if (request.mode === "popup" || request.mode === "never") {
    // Now, while the click is still being handled: later it would be taken for an advertisement.
    request.popup = openPopup(found);
    if (!request.popup) {
      refusePopup(request);
      return;
    }
  }
  if (request.mode === "button") {
    answer(request, failure(request.isNew, params.merchant_uid, "F400", "IMP.loadUI로 여는 결제수단입니다."));
    return;
  }
  current = request;
  prepare(request).then((prepared) => prepared && open(request, prepared));
}

function problemOf(request, found) {
  const { params, type } = request;
  if (found === "none" && (type === PERSON || SETUP.flavour !== "v1")) {
    return {
      imp_success: false,
      imp_uid: null,
      merchant_uid: params.merchant_uid,
      error_coe: "F1001",
      error_msg: "해당하는 결제 채널이 없습니다.",
    };
  }
  if (found === "none") {
    return failure(false, params.merchant_uid, "NOT_READY", "설정된 결제 채널이 없습니다.");
  }
  if (found === "unknown") {
    return failure(false, params.merchant_uid, "F400", "존재하지 않는 채널입니다.");
  }
  if (type !== PERSON && (typeof params.amount !== "number" || !Number.isFinite(params.amount))) {
    return failure(false, params.merchant_uid, "F400", "결제금액(amount)은 숫자여야 합니다.");
  }
  if (current && !current.isOver) {
    return failure(request.isNew, params.merchant_uid, "F400", "이미 진행 중인 결제창이 있습니다.");
  }
  return null;
}

function refusePopup(request) {
  if (request.params.popup === true) {
    answer(request, {
      imp_uid: null,
      merchant_uid: request.params.merchant_uid,
      error_code: "NOT READY",
      error_msg: "팝업이 차단되었습니다.",
    });
  } else {
    warn("팝업이 차단되어 결제창을 열 수 없습니다. 팝업 차단을 해제해 주세요.");
  }
}

function answer(request, result) {
  request.isOver = true;
  request.finish(result);
  if (request.callback) {
    request.callback(result);
  }
}

async function prepare(request) {
  const asked = {
    ...account,
    type: request.type,
    flavour: SETUP.flavour,
    params: request.params,
    channel: request.channel.key,
    mode: request.mode,
    origin: location.href,
    is_mobile: isMobile(),
  };
  try {
    const reply = await fetch(`${SETUP.core}/prepare`, { method: "POST", body: JSON.stringify(asked) });
    const prepared = await reply.json();
    if (prepared.sid) {
      request.sid = prepared.sid;
      requests.set(prepared.sid, request);
      return prepared;
    }
    const { merchant_uid: order } = request.params;
    dismiss(request, prepared.refused || failure(request.isNew, order, "F500", prepared.message));
  } catch (error) {
    dismiss(request, failure(request.isNew, request.params.merchant_uid, "F500", String(error)));
  }
  return null;
}

function dismiss(request, result) {
  if (request.popup) {
    request.popup.close();
  }
  answer(request, result);
}

function open(request, prepared) {
  if (request.mode === "layer") {
    submitTo(showFrame(request.channel), prepared, request.params);
  } else if (request.mode === "top") {
    submitTo("_self", prepared, request.params);
  } else {
    submitTo(request.channel.popup.name, prepared, request.params);
    if (request.mode === "popup") {
      watchPopup(request);
    }
  }
}

// PG buttons: the page offers a container, the PG's frame in it opens the window itself.

const PROVIDERS = { "paypal-spb": "paypal_v2", "paypal-rt": "paypal_v2", "toss-brandpay-widget": "toss_brandpay" };

function containerFor(uiType) {
  const containers = document.querySelectorAll("div.portone-ui-container");
  const fits = containers.length === 1 && containers[0].dataset.portoneUiType === uiType;
  return fits && PROVIDERS[uiType] && !document.getElementById("paypal") ? containers[0] : null;
}

function loadUI(uiType, params, callback) {
  if (!setup) {
    warn("IMP.init을 먼저 호출해 주세요.");
    return;
  }
  const container = containerFor(uiType);
  const channel = container && channelFor("payment", { pg: PROVIDERS[uiType], ...params }, setup);
  if (!container || typeof channel !== "object") {
    const order = params && params.merchant_uid;
    callback(failure(true, order, "F500", `결제 UI를 그릴 수 없습니다. (${uiType})`));
    return;
  }
  const frame = document.createElement("iframe");
  frame.name = "pg-button";
  frame.title = channel.pg_provider;
  frame.style.cssText = "width:100%;height:64px;border:0";
  frame.src = `${SETUP.pg}/button/${uiType}`;
  container.replaceChildren(frame);
  shown.set(uiType, { frame, channel, params: { ...params }, callback });
}

function updateLoadUIRequest(uiType, params) {
  const ui = shown.get(uiType);
  if (!ui) {
    throw new Error(`IMP.loadUI was not called for ${uiType}`);
  }
  ui.params = { ...params };
}

async function hearButton(event, said) {
  const ui = [...shown.values()].find((one) => one.frame.contentWindow === event.source);
  if (!ui) {
    return;
  }
  if (said.kind === "closed") {
    afterClosing(ui.request);
    return;
  }
  const params = { pay_method: "card", merchant_uid: `nobody_${Date.now()}`, ...ui.params };
  const { channel, callback } = ui;
  ui.request = { type: "payment", params, callback, channel, finish: () => {}, delivered: 0, isOver: false };
  ui.request.isNew = isNewer(channel, params);
  ui.request.mode = "button";
  const prepared = await prepare(ui.request);
  event.source.postMessage({ kind: prepared ? "go" : "stop", url: prepared && prepared.url }, SETUP.pg);
}

async function loadModule(type, { userCode, tierCode } = {}) {
  start(userCode, tierCode);
  if (type !== "brandpay") {
    throw new Error(`there is no module ${type}`);
  }
  const nothing = async () => ({ is_demo: true });
  return { setupPassword: nothing, openSettings: nothing, getPaymentMethods: async () => [] };
}

const IMP = {
  init: (userCode) => start(userCode, null),
  agency: (userCode, tierCode) => start(userCode, tierCode),
  request_pay: (params, callback) => call("payment", params, callback),
  certification: (params, callback) => call(PERSON, params, callback),
  loadUI,
  updateLoadUIRequest,
  loadModule,
  communicate: (said) => current && !current.isOver && console.info("IMP.communicate", said),
  close: () => current && end(current),
  naver_zzim: () => {},
  deinit() {
    if (current) {
      end(current);
    }
    window.removeEventListener("message", hear);
    if (dialog) {
      dialog.remove();
    }
    setup = null;
    delete window.IMP;
  },
};

if (SETUP.flavour === "v1" || !window.IMP) {
  window.IMP = IMP;
}
