// What would be sent, without the credential.

import { Code } from "../parts/Copy";
import { JsonView } from "../results/Json";
import type { Failure, Json } from "../types";

export type Request = {
    method?: string;
    url?: string;
    headers?: Record<string, string>;
    body?: Json;
    request?: null;
    refused?: Failure | null;
};

export function RequestView({ request }: { request: Request }) {
    if (!request.url) return <p className="note">Nothing has to be asked of the service for this.</p>;
    const head = [
        `${request.method} ${request.url}`,
        ...Object.entries(request.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
    ].join("\n");
    return (
        <>
            <p className="note">
                The first request, as it would be sent. The credential is added by the server and not shown.
            </p>
            {request.refused && <p className="warning">It would be refused: {request.refused.detail}</p>}
            <Code text={head} label="request" />
            {request.body !== null &&
                request.body !== undefined &&
                (typeof request.body === "string" ? (
                    <Code text={request.body} label="body" />
                ) : (
                    <JsonView value={request.body} label="body" />
                ))}
        </>
    );
}
