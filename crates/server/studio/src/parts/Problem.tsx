// Why something was not done, and what to do about it.

import { Problem } from "../api";

export function ProblemBox({ problem, children }: { problem?: Problem | null; children?: React.ReactNode }) {
    if (!problem) return null;
    const { failure, retryAfter } = problem;
    return (
        <div className="problem" role="alert">
            <p>
                <strong>{problem.message}</strong>
            </p>
            {problem.fields.length > 0 && (
                <ul>
                    {problem.fields.map(({ path, message }, index) => (
                        <li key={index}>
                            <code>{path}</code> {message}
                        </li>
                    ))}
                </ul>
            )}
            {failure.advice && <p>{failure.advice}</p>}
            {retryAfter !== null && <p>It has a chance again in {retryAfter} s.</p>}
            <p className="note">
                {[
                    failure.code,
                    problem.status ? `HTTP ${problem.status}` : "",
                    failure.request_id ? `request ${failure.request_id}` : "",
                ]
                    .filter(Boolean)
                    .join(" · ")}
            </p>
            {children}
        </div>
    );
}
