// Turnspan's own version, put in by the build; `0.0.0-source` where the sources run unbundled.
declare const __TURNSPAN_VERSION__: string | undefined;

export const version = typeof __TURNSPAN_VERSION__ === 'string' ? __TURNSPAN_VERSION__ : '0.0.0-source';
