"use strict";

/** How an account is connected, from the connector's description of its credential. */

const { chosen, withConnector } = require("./connection");
const { authorization } = require("./oauth");

/** The profile: whom the account belongs to, as the connection test says. */
const profile = (context) => withConnector(context, (connector) => connector.test());

/**
 * The name by which Appmixer tells accounts apart: the same account in another environment is
 * another one.
 */
function accountName(context, { environments }) {
  const { environment } = chosen(context);
  const { account } = context.profileInfo;
  const other = environments.slice(1).find(({ id }) => id === environment);
  return other ? `${account.name} (${other.title})` : account.name;
}

/** Fails with `InvalidTokenError` only when the service does not take the credential. */
async function validate(context) {
  try {
    await profile(context);
    return true;
  } catch (error) {
    throw error.kind === "unauthenticated" ? new context.InvalidTokenError(error.message) : error;
  }
}

/** @param {object} connection what `connection.json` holds */
module.exports = (connection) => {
  const [{ source }] = connection.credentials;
  return source.oauth2 ? oauth(source.oauth2, connection) : keys(connection);
};

/** Values that a person pastes. */
function keys(connection) {
  return {
    type: "apiKey",
    definition: {
      auth: connection.fields,
      requestProfileInfo: profile,
      accountNameFromProfileInfo: (context) => accountName(context, connection),
      validate,
    },
  };
}

/** OAuth 2, which Appmixer runs: it asks for each step, and keeps the tokens. */
function oauth(oauth2, connection) {
  return {
    type: "oauth2",
    definition: {
      pre: connection.fields,
      scope: oauth2.scopes.filter(({ minimum }) => minimum).map(({ id }) => id),
      scopeDelimiter: oauth2.scope_separator,
      ...authorization(oauth2),
      requestProfileInfo: profile,
      accountNameFromProfileInfo: (context) => accountName(context, connection),
      validateAccessToken: validate,
    },
  };
}
