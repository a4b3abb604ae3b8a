// The frames and popups that were opened, and what is heard from them.

const POLL = SETUP.flavour === "v1" ? 100 : 50;
const TRIES = 5;
const PAUSE = 1000;
const requests = new Map();

let dialog = null;
let overflow = "";

function layDialog() {
  dialog = document.createElement("div");
  dialog.className = "imp-dialog";
  dialog.style.cssText = "display:none;position:fixed;inset:0;z-index:99999;border:0;padding:0;margin:0";
  document.body.append(dialog);
}

function showFrame(channel) {
  const frame = document.createElement("iframe");
  frame.className = "imp-frame";
  frame.name = `imp-frame-${channel.key}`;
  frame.title = channel.pg_provider;
  frame.style.cssText = "width:100%;height:100%;border:0";
  dialog.replaceChildren(frame);
  dialog.style.display = "block";
  overflow = document.body.style.overflow;
  document.body.style.overflow = "hidden";
  return frame.name;
}

function hideFrame() {
  dialog.replaceChildren();
  dialog.style.display = "none";
  document.body.style.overflow = overflow;
}

function openPopup(channel) {
  const { name, width, height } = channel.popup;
  return window.open("about:blank", name, `width=${width},height=${height},resizable=yes,scrollbars=yes`);
}

// A form, so that the words arrive in the PG's own character set.
function submitTo(target, prepared, params) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = prepared.url;
  form.target = target;
  form.acceptCharset = prepared.charset;
  for (const name of ["name", "buyer_name", "merchant_uid"]) {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    field.value = params[name] === undefined || params[name] === null ? "" : String(params[name]);
    form.append(field);
  }
  document.body.append(form);
  form.submit();
  form.remove();
}

function watchPopup(request) {
  request.watch = window.setInterval(() => {
    if (request.popup.closed) {
      window.clearInterval(request.watch);
      afterClosing(request);
    }
  }, POLL);
}

async function ask(request, what, method) {
  const answer = await fetch(`${SETUP.core}/attempts/${request.sid}/${what}`, { method });
  return answer.json();
}

// A popup that is gone may have been given up, or may have done its work.
async function afterClosing(request) {
  if (request.isOver) {
    return;
  }
  const { merchant_uid: order } = request.params;
  try {
    const status = request.isNew ? await settledStatus(request) : "PREPARED";
    const { result } = await ask(request, "closed", "POST");
    deliver(request, status === "FAILED" ? providerError(result) : result);
  } catch (error) {
    deliver(request, failure(request.isNew, order, "F500", String(error)));
  }
}

async function settledStatus(request) {
  for (let turn = 1; ; turn += 1) {
    const { status } = await ask(request, "status", "GET");
    if (status !== "PREPARED" || turn === TRIES || request.isOver) {
      return status;
    }
    await new Promise((resume) => window.setTimeout(resume, PAUSE));
  }
}

function providerError(result) {
  const { error_code: code, error_msg: message } = result;
  return code ? { ...result, error_code: "PG_PROVIDER_ERROR", error_msg: `[${code}] ${message}` } : result;
}

function end(request) {
  if (request.isOver) {
    return;
  }
  request.isOver = true;
  window.clearInterval(request.watch);
  if (request.mode === "layer") {
    hideFrame();
  }
  if (request.popup && !request.popup.closed) {
    request.popup.close();
  }
}

function deliver(request, result, turn = 1) {
  if (turn <= request.delivered) {
    return;
  }
  request.delivered = turn;
  end(request);
  request.finish(result);
  if (request.callback) {
    request.callback(result);
  } else {
    leave(request, result);
  }
}

// Without a callback the page itself goes to where the result is wanted.
function leave(request, result) {
  const target = request.params.m_redirect_url || `${SETUP.core}/payments/fail`;
  const address = new URL(target, location.href);
  for (const name of ["imp_uid", "merchant_uid", "success", "error_code", "error_msg"]) {
    if (result[name] !== undefined && result[name] !== null) {
      address.searchParams.set(name === "success" ? "imp_success" : name, String(result[name]));
    }
  }
  location.assign(address);
}

function hear(event) {
  const said = event.data;
  if (!said || typeof said !== "object") {
    return;
  }
  if (event.origin === SETUP.pg) {
    hearButton(event, said);
    return;
  }
  const request = requests.get(said.sid);
  if (event.origin !== SETUP.core || !request) {
    return;
  }
  if (said.kind === "result") {
    deliver(request, said.result, said.turn);
  } else if (said.kind === "alert") {
    end(request);
    window.alert(said.text);
  }
}
