import { Component, type ReactNode } from "react";

interface Props {
  readonly children: ReactNode;
  readonly onError: (error: unknown) => void;
}

/** Catches an error of drawing before Ink prints it with its stack onto the operator's scrollback. */
export class ErrorBoundary extends Component<Props, { readonly hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError(): { hasFailed: boolean } {
    return { hasFailed: true };
  }

  override componentDidCatch(error: unknown): void {
    this.props.onError(error);
  }

  override render(): ReactNode {
    return this.state.hasFailed ? null : this.props.children;
  }
}
