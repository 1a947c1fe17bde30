// What the page is known by.

export function Mark() {
    return (
        <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
            <rect width="32" height="32" rx="8" className="mark" />
            <path
                d="M9 16h5m4 0h5M14 11v10a5 5 0 0 1 0-10Zm4 0v10a5 5 0 0 0 0-10Z"
                fill="none"
                stroke="#fff"
                strokeWidth="2.4"
                strokeLinecap="round"
                strokeLinejoin="round"
            />
        </svg>
    );
}
