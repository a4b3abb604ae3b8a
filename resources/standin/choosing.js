// Which channel a request goes to, and where its window opens.

const PERSON = "certification";

function isMobile() {
  return /Android|iPhone|iPad|Mobile/i.test(navigator.userAgent);
}

// A channel for a request, or a word that says why there is none.
function channelFor(type, params, setup) {
  const fitting = setup.channels.filter((channel) => channel.type === type);
  if (fitting.length === 0) {
    return "none";
  }
  if (params.channelKey) {
    return fitting.find((channel) => channel.key === params.channelKey) || "unknown";
  }
  if (!params.pg) {
    return fitting[0];
  }
  const [provider, ...rest] = String(params.pg).split(".");
  const pgId = rest.join(".");
  const exact = fitting.find(
    (channel) => channel.pg_provider === provider && (pgId === "" || channel.pg_id === pgId),
  );
  if (exact || !setup.falls_back) {
    return exact || "unknown";
  }
  // Nobody is told: another channel of the PG opens, or the shop's first.
  return fitting.find((channel) => channel.pg_provider === provider) || fitting[0];
}

function modeFor(channel, params) {
  if (isMobile() && (channel.mode === "layer" || channel.mode === "popup")) {
    return params.popup === true ? "popup" : "top";
  }
  const turn = channel.switch;
  if (turn && params[turn.parameter] === true) {
    return turn.when_true;
  }
  if (turn && params[turn.parameter] === false) {
    return turn.when_false;
  }
  return channel.mode;
}

function isNewer(channel, params) {
  const isOlderToss = channel.pg_provider === "tosspayments" && params.customer_uid;
  return SETUP.flavour === "v1" && channel.is_new && !isOlderToss;
}

// What a callback gets when nothing was opened.
function failure(isNew, merchantUid, code, message) {
  const said = { merchant_uid: merchantUid, error_code: code, error_msg: message };
  return isNew ? said : { success: false, imp_uid: null, ...said };
}
