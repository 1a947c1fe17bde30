/** The contract's `connection`: what a connection to the service consists of, as data. */

import type { Extension, Json } from "./contract.d.ts";

export interface OAuth2 {
  endpoints: Endpoints[];
  scopes: Scope[];
  scopeSeparator: string;
  grants: Grant[];
  clientAuthentication: "basic" | "body" | "none";
  tokenBody: "form" | "json";
  tokenParameters: { grant: Grant; name: string; value: string; condition?: string }[];
  tokenAnswer: TokenAnswer;
  pkce: boolean;
  redirectUris: { platform: string; uri: string }[];
  rules: OAuthRule[];
}

/** The OAuth endpoints of one environment; the hosts of the URLs may hold settings. */
export interface Endpoints {
  environment: string;
  authorizeUrl: string;
  authorizeParameters: [string, string][];
  tokenUrl: string;
  revokeUrl?: string;
}

export interface Scope {
  id: string;
  purpose: string;
  minimum: boolean;
  suggested: boolean;
  /** The scopes that this one holds. */
  implies: string[];
}

/** JSON pointers into the token endpoint's answer. */
export interface TokenAnswer {
  accessToken: string;
  expiresIn?: string;
  refreshToken?: string;
  refreshTokenExpiresIn?: string;
  grantedScopes?: string;
  /** What becomes a setting of the connection, and where it is. */
  settings: [string, string][];
}

export interface OAuthRule {
  grant?: Grant;
  status?: number;
  contains: string;
  fault: OAuthFault;
  advice: string;
}

export type OAuthFault =
  | "client-id"
  | "client-secret"
  | "redirect-uri"
  | "denied"
  | "scope"
  | "code"
  | "refresh-token";

export type Grant = "authorization-code" | "refresh-token" | "client-credentials";

export type CredentialSource =
  | { tag: "oauth2"; val: OAuth2 }
  | { tag: "secret"; val: string }
  | { tag: "pair"; val: { user: string; password: string; help: string } }
  | { tag: "shared-consent"; val: { credential: string; tokenAnswer: TokenAnswer } }
  | { tag: "other"; val: Extension };

export type Placement =
  | { tag: "bearer" }
  | { tag: "header"; val: { name: string; prefix: string } }
  | { tag: "basic" }
  | { tag: "query"; val: string }
  | { tag: "other"; val: Extension };

export interface Credential {
  id: string;
  title: string;
  required: boolean;
  /** Of the credentials of one group a connection has one; requests may name the group. */
  group?: string;
  source: CredentialSource;
  placement: Placement;
  origins: { origin: string; environment?: string }[];
}

export interface Descriptor {
  id: string;
  title: string;
  summary: string;
  version: string;
  apiVersion: string;
  environments: { id: string; title: string; help: string }[];
  origins: string[];
  credentials: Credential[];
  /** The extensions without which the connector is of no use. */
  requires: string[];
  settings: Json;
  form: Json;
  setup: { title: string; text: string; url?: string }[];
  quotas: { id: string; calls: number; windowMs: number }[];
  operations: string[];
  extensions: Extension[];
}
