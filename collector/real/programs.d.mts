export type ProgramName = 'otelcol' | 'otelcol-gateway' | 'jaeger' | 'prometheus' | 'phoenix' | 'mlflow';

export declare const programs: Readonly<Record<ProgramName, { readonly version: string }>>;

/** The executable's path; undefined where it is not built. */
export declare function executableOf(name: ProgramName): string | undefined;

/** Where everything that tests fetch or build is kept. */
export declare function cacheFolder(): string;
