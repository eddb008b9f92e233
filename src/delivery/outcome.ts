// What a backend made of one request, whatever it travelled by.
// Always: `why` is a status, a code or words of our own, never text of the backend, which may repeat content or secrets.

/** The backend has all spans, or as many as it ever will (`partial`); it may take them later; or it never will. */
export type Outcome = Accepted | Partial | Later | Refused;

/** All spans were taken. An answer that is cut short or unreadable after a 2xx counts: the status is the promise. */
export interface Accepted {
  readonly status: 'accepted';
}

/** The backend kept the request and dropped `rejected` of its spans; sending it again is forbidden. With 0 it is only a warning. `message` is the backend's: not for logs. */
export interface Partial {
  readonly status: 'partial';
  readonly rejected: number;
  readonly message: string;
}

/** Not now. */
export interface Later {
  readonly status: 'later';
  /** `busy`: the backend said so. `timeout`: it said nothing. `unreachable`: no connection, or it broke. `aborted`: we did. */
  readonly cause: 'busy' | 'timeout' | 'unreachable' | 'aborted';
  /** The wait that the backend asked for, in milliseconds from now. */
  readonly afterMs?: number;
  readonly why: string;
}

/** Not as it is: a fault of the request, of the destination's settings (401, UNAUTHENTICATED, a redirect), or of the backend. */
export interface Refused {
  readonly status: 'refused';
  /** Where HTTP has the last word; of gRPC there is none. */
  readonly httpStatus?: number;
  readonly why: string;
}
