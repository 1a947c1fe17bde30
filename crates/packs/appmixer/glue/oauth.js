"use strict";

/** The steps of OAuth 2 (RFC 6749) with which Appmixer gets and renews tokens. */

const { createHash, createHmac } = require("node:crypto");

const { settings } = require("../connection.json");
const { chosen, routes } = require("./connection");

/** @param {object} oauth2 what the connector says about it */
function authorization(oauth2) {
  const { endpoints, scope_separator: separator, token_answer: places } = oauth2;
  /** The endpoints of the environment that was chosen; the first is the default. */
  const there = (context) => {
    const { environment } = chosen(context);
    return endpoints.find((each) => each.environment === environment) ?? endpoints[0];
  };
  const json = oauth2.token_body === "json";
  /** Where a URL leads, when the service configuration has a route for its origin. */
  const led = (context, url) => {
    const { origin, pathname, search } = new URL(filled(url, chosen(context)));
    const place = routes(context)[origin] ?? origin;
    return new URL(place.replace(/\/$/, "") + pathname + search);
  };
  /** A verifier (RFC 7636) that need not be kept: both steps of a login can make it. */
  const verifier = ({ clientSecret, ticket }) =>
    createHmac("sha256", clientSecret).update(`verifier ${ticket}`).digest("base64url");

  /** Calls the token endpoint. */
  async function tokens(context, grant, fields) {
    const form = new URLSearchParams({ grant_type: grant.replace("-", "_"), ...fields });
    const extra = oauth2.token_parameters.filter((parameter) => parameter.grant === grant);
    for (const { name, value } of extra) form.set(name, value);
    const headers = {
      "content-type": json ? "application/json" : "application/x-www-form-urlencoded",
      accept: "application/json",
    };
    const authentication = oauth2.client_authentication;
    if (authentication === "basic") headers.authorization = `Basic ${basic(context)}`;
    else form.set("client_id", context.clientId);
    if (authentication === "body") form.set("client_secret", context.clientSecret);
    const url = led(context, there(context).token_url);
    const body = json ? JSON.stringify(Object.fromEntries(form)) : form.toString();
    const { status, data } = await post(context, url, body, headers);
    if (status < 200 || status > 299) throw refused(context, grant, status, data);
    const answer = JSON.parse(data);
    const seconds = at(answer, places.expires_in);
    return {
      accessToken: at(answer, places.access_token),
      accessTokenExpDate: seconds ? new Date(Date.now() + seconds * 1000) : undefined,
      // Without a new one the old one stays.
      refreshToken: at(answer, places.refresh_token) ?? fields.refresh_token,
    };
  }

  /** What a refusal is about, in the connector's words; the answer itself may hold a token. */
  function refused(context, grant, status, data) {
    const text = String(data).toLowerCase();
    const rule = (oauth2.rules ?? []).find((rule) =>
      (rule.grant ?? grant) === grant &&
      (rule.status ?? status) === status &&
      text.includes(rule.contains.toLowerCase()));
    const advice = rule ? `: ${rule.advice}` : "";
    const reason = `the service refused the token call (${status})${advice}`;
    const over = grant === "refresh-token" && status >= 400 && status < 500 && status !== 429;
    return over ? new context.InvalidTokenError(reason) : new Error(reason);
  }

  return {
    authUrl(context) {
      const url = led(context, there(context).authorize_url);
      url.searchParams.set("response_type", "code");
      url.searchParams.set("client_id", context.clientId);
      url.searchParams.set("redirect_uri", context.callbackUrl);
      url.searchParams.set("state", context.ticket);
      url.searchParams.set("scope", context.scope.join(separator));
      for (const [name, value] of there(context).authorize_parameters ?? []) {
        url.searchParams.append(name, value);
      }
      if (oauth2.pkce) {
        const challenge = createHash("sha256").update(verifier(context)).digest("base64url");
        url.searchParams.set("code_challenge", challenge);
        url.searchParams.set("code_challenge_method", "S256");
      }
      return url.href;
    },
    requestAccessToken: (context) => tokens(context, "authorization-code", {
      code: context.authorizationCode,
      redirect_uri: context.callbackUrl,
      ...(oauth2.pkce ? { code_verifier: verifier(context) } : {}),
    }),
    refreshAccessToken: (context) => tokens(context, "refresh-token", {
      refresh_token: context.refreshToken,
    }),
  };
}

/**
 * An endpoint with the settings of the account in its host: each is a part of a label there, or the
 * whole host name.
 */
function filled(url, given) {
  const [, scheme, host, rest] = /^([a-z]+:\/\/)([^/]*)(.*)$/s.exec(url);
  const made = host.replace(/\{([^{}]*)\}/g, (whole, name) => {
    const value = String(given[name] ?? settings.properties?.[name]?.default ?? "").toLowerCase();
    const fits = whole === host ? /^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z][a-z0-9-]*$/ : /^[a-z0-9-]+$/;
    if (!fits.test(value)) throw new Error(`the setting ${name} is missing, or cannot be part of an address`);
    return value;
  });
  return scheme + made + rest;
}

/** Both halves are form-encoded first (RFC 6749, section 2.3.1). */
function basic({ clientId, clientSecret }) {
  const encode = (text) => new URLSearchParams({ "": text }).toString().slice(1);
  return Buffer.from(`${encode(clientId)}:${encode(clientSecret)}`).toString("base64");
}

/** An error of the request itself would quote what was sent. */
async function post({ httpRequest }, url, body, headers) {
  try {
    return await httpRequest({
      method: "POST",
      url: url.href,
      headers,
      data: body,
      responseType: "text",
      transformResponse: (text) => text,
      maxRedirects: 0,
      validateStatus: () => true,
    });
  } catch (error) {
    throw new Error(`the token endpoint cannot be reached: ${error.code ?? error.name}`);
  }
}

/** The value at a JSON pointer (RFC 6901). */
function at(answer, pointer) {
  if (!pointer) return undefined;
  const keys = pointer.split("/").slice(1);
  const name = (key) => key.replaceAll("~1", "/").replaceAll("~0", "~");
  return keys.reduce((value, key) => value?.[name(key)], answer);
}

module.exports = { authorization };
