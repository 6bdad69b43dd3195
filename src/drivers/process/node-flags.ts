/**
 * Flags of Node that keep a process of nodes lean.
 *
 * A small young generation costs some CPU for garbage collection and saves several MB a process.
 */
export const nodeFlags: readonly string[] = [
  '--max-semi-space-size=1',
  '--optimize-for-size',
  '--no-warnings',
];

/** Variables that keep a process of nodes lean: one heap arena, and few threads for file and name look-ups. */
export const leanEnvironment: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: '1',
  UV_THREADPOOL_SIZE: '1',
};

/** Variables of the caller that a node may see; settings travel in its spec alone. */
export const passedVariables: readonly string[] = ['PATH', 'HOME', 'TZ', 'LANG', 'LC_ALL', 'TMPDIR'];
