/** What `connect` and `files` take. */

/** What a component may cost. Times in milliseconds, sizes in bytes. */
export interface Policy {
  /** For one request until it is answered, without the time for the bodies. Default 60 000. */
  timeoutMs: number;
  /**
   * Bytes a second that a transfer reaches at least: what the bodies of a request and of its answer
   * add to `timeoutMs`. Default 64 KiB.
   */
  transferRate: number;
  /** The body of one answer, decompressed, and what the connector makes of it. Default 32 MiB. */
  responseBytes: number;
  /** The same of an answer that goes into a blob. Default 4 GiB. */
  saveBytes: number;
  /** Default 1 MiB, which holds the cursor of a trigger that has seen 50 000 items. */
  checkpointBytes: number;
  /** In one call, pages and pauses included. Default 100 000. */
  steps: number;
  /** Different blobs that one call uses, and those that it saves. Default 10 000. */
  blobs: number;
  /** Parts or pieces that the body of one request is made of. Default 10 000. */
  pieces: number;
  /** The longest pause that a connector may ask for. Default 600 000. */
  pauseMs: number;
  /** For the whole call. Default 48 hours. */
  callMs: number;
  /** In a row; one more is an answer. Default 5. */
  redirects: number;
  /** How often one request is sent at most; 1: no repeats. Default 4. */
  tries: number;
  /** The first wait before a repeat; each further one is twice as long. Default 500. */
  backoffMs: number;
  /** The longest wait before a repeat. A service that asks for more gets none. Default 90 000. */
  maxWaitMs: number;
}

/** A token or a key; of a credential that is a pair both values, of which the second one is secret. */
export type CredentialValue = string | { user: string; password: string };

/**
 * Where credential values are: by id, or asked for before each request. Of the credentials of a group
 * the connection has the first one that there is a value for.
 */
export type Credentials =
  | Record<string, CredentialValue | undefined>
  | ((id: string) => CredentialValue | undefined | Promise<CredentialValue | undefined>);

/** A request that somebody signs: as it is sent, but for what the signature adds. */
export interface Signable {
  /** In capitals. */
  method: string;
  url: URL;
  headers: Headers;
  /** Absent when there is none, and when it is streamed. */
  body?: Uint8Array;
  /** Whether the body is put together from files while it is sent. */
  streamed: boolean;
}

/**
 * Signs a request: gives the headers and the parameters of the query to add to it. `parameters` are
 * what the connector says about the signature.
 */
export type Signer = (request: Signable, credential: CredentialValue, parameters: any) =>
  Signed | Promise<Signed>;

export interface Signed {
  headers?: Record<string, string>;
  query?: Record<string, string>;
}

/** What may be done with a connection, besides what the service granted. */
export interface Permission {
  /** Only what changes nothing at the service. Default: no. */
  readOnly?: boolean;
  /** Nothing that takes something away or ends it. Default: no. */
  noDestructive?: boolean;
  /**
   * Also requests that are none of the operations that the connector lists. What they do, nobody
   * knows beforehand. Default: no. None whose path a service may read as another one's.
   */
  allowUnlisted?: boolean;
  /**
   * The scopes that the token has, when they are known: what needs others is then refused before
   * anything is sent, as a `ConnectorError` of the kind `forbidden` and the code `missing-scope`.
   */
  granted?: string[];
  /**
   * The hosts that links in what is written may lead to: `example.com` is this one, `*.example.com` all below
   * it. A link is a text of the body or the query that is an http or https address as a whole. Default: any.
   */
  links?: string[];
}

/** As `fetch` does it; redirects are for the driver to follow. */
export type Http = (url: URL, init: RequestInit) => Promise<Response>;

/** A request as it leaves, with the credential in it. */
export interface OutgoingRequest {
  /** In capitals. */
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: Uint8Array<ArrayBuffer>;
  /** Aborts when the call ends, or the time for the request is over. */
  signal?: AbortSignal;
}

/** What came back, whatever its status: none is an error here. */
export interface IncomingAnswer {
  status: number;
  headers: Record<string, string | string[]>;
  /** Decompressed. */
  body?: Uint8Array<ArrayBuffer> | ArrayBuffer | string;
}

/**
 * Sends a request once and follows no redirect. What it throws stands for an answer that did not arrive;
 * an error whose `code` is that of a connection that was not made, such as `ECONNREFUSED`, for a request
 * that did not leave.
 */
export type Transport = (request: OutgoingRequest) => Promise<IncomingAnswer>;

/** A file that is there already; a text stands for its UTF-8. */
export type GivenBlob = Blob | Uint8Array<ArrayBuffer> | string;

export interface Options extends Permission {
  credentials?: Credentials;
  /**
   * Renews a credential at the place that `credentials` reads. Called when the service no longer
   * takes the value, once for each request, and once for all requests that wait for it.
   */
  refresh?: (id: string) => void | Promise<void>;
  /** As the descriptor's settings schema says; some may be parts of addresses. Default `{}`. */
  settings?: Record<string, unknown>;
  /** The language of titles and messages, where the connector has it (BCP 47). Default: English. */
  locale?: string;
  /** By name: the signatures that the contract has no case for, such as `aws-sigv4`. */
  signers?: Record<string, Signer>;
  /** Other extensions of the contract that a connector may require, and that the caller has itself. */
  extensions?: string[];
  policy?: Partial<Policy>;
  /**
   * For tests: a declared origin to the base URL that stands in for it. Every check is made on the
   * declared origin. A base is https, or http on loopback.
   */
  routes?: Record<string, string>;
  /** What sends requests: like `fetch`, or a function that `transport` took. Default: the runtime's `fetch`. */
  http?: Http;
  /** What blob references stand for. Default: `files()`, or on the edge `blobs()`. */
  blobs?: BlobStore;
  /**
   * Runs the component in a worker, for components that you do not trust: one that never returns,
   * or fills its memory, ends its worker, and the call fails with the rule `trap`. Then `connect`
   * gives a promise. Takes what `load` gave.
   */
  isolate?: boolean | Partial<Isolation>;
}

/** What a component in a worker may use. */
export interface Isolation {
  /**
   * How long one step may take, in milliseconds. Default 2000, and a minute for the first one of a
   * worker; real ones take less than one.
   */
  callMs: number;
  /** The worker's heap in MiB, without the component's own memory, which is 256 MiB. Default 256. */
  heapMb: number;
}

/**
 * Where files are. A `Refusal` that it throws ends the call; any other error tells the connector
 * that the blob cannot be read. Both are shown to people: no secrets in them.
 */
export interface BlobStore {
  /**
   * Finds what a reference stands for. Called each time that its bytes are needed, and only for
   * references that the call's input names and those that `save` gave.
   */
  open(reference: string, range?: ByteRange): OpenBlob | Promise<OpenBlob>;
  /**
   * Keeps the body of an answer, and gives the reference to it. One that begins with `saved:` is
   * good in later calls too, which `page` makes and whoever runs the loop: nobody may guess it.
   */
  save(content: AsyncIterable<Uint8Array>): Promise<string>;
  /** The call that saved it has ended, and did not answer with it: nobody reads it any more. */
  drop?(reference: string): void | Promise<void>;
}

/** Bytes from `start` up to, and without, `end`, which may be behind the last one. */
export interface ByteRange {
  start: number;
  end: number;
}

export interface OpenBlob {
  /** Bytes of the whole blob, also when a range is asked for. */
  size: number;
  /** The file's name, without folders. */
  name?: string;
  /** The bytes asked for. A Node stream, a web stream and a generator are such. */
  stream: AsyncIterable<Uint8Array>;
}

export interface FileOptions {
  /** Whose files may be sent, with all that is below them. Default: none. */
  folders?: string[];
  /** Folders whose files are never sent, also where they are below an allowed one. Default: none. */
  denied?: string[];
  /**
   * Whether `https:` addresses are opened too: those on the public internet, not those inside of
   * the network that this machine stands in. Default: no.
   */
  https?: boolean;
  /**
   * Where answers are saved. A call that goes on in another process needs the same folder there.
   * Default: a new one among the system's temporary files.
   */
  saves?: string;
}
