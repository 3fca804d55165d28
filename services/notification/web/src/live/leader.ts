// Among the tabs of a browser, one leads: it alone holds the stream. When it
// closes, the lock passes to the next.

/** Runs `work` while this tab leads; `signal` resigns. */
export async function lead(name: string, work: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
  if (!('locks' in navigator)) return work(signal);
  try {
    await navigator.locks.request(name, { signal }, () => work(signal));
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
