// The second step of signing in: only who has shown the right password learns that there is one.

import type { Problem } from '../api/problem';

export class SecondFactor {
  /** True once a code was asked for. */
  asked = $state(false);
  code = $state('');

  /** What to send along. */
  get sent(): string | undefined {
    return this.asked && this.code.trim() ? this.code.trim() : undefined;
  }

  /** The words for a refused sign-in; `otherwise` are those for a wrong password. */
  words(problem: Problem, otherwise: string): string | undefined {
    switch (problem.details.type) {
      case '/problems/one-time-password-required':
        this.asked = true;
        return 'Now the code from your authenticator app, or a recovery code.';
      case '/problems/one-time-password-refused':
        this.code = '';
        return 'That code is not right, or was used before. Wait for the next one.';
      default:
        return problem.status === 401 ? otherwise : undefined;
    }
  }
}
