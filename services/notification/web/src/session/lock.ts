// One tab at a time. Web Locks exist only in secure contexts (https, loopback);
// elsewhere each tab acts for itself, and the server's grace period absorbs the
// rare race.

export function alone<T>(name: string, work: () => Promise<T>): Promise<T> {
  if (!('locks' in navigator)) return work();
  return navigator.locks.request(name, work) as Promise<T>;
}
