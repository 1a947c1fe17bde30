// What is shown in place of a part that broke.

import { Component, type ReactNode } from "react";

export class Broken extends Component<{ children: ReactNode }, { error?: Error }> {
    state: { error?: Error } = {};

    static getDerivedStateFromError(error: Error) {
        return { error };
    }

    render() {
        const { error } = this.state;
        if (!error) return this.props.children;
        return (
            <div className="problem" role="alert">
                <p>
                    <strong>This part of the page broke</strong>
                </p>
                <p className="note">{error.message}</p>
                <button type="button" onClick={() => this.setState({ error: undefined })}>
                    Try again
                </button>
            </div>
        );
    }
}
