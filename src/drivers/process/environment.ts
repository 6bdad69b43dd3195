/**
 * Variables that keep a process of nodes lean: one arena of glibc's malloc, which gives back what is free from 256 KiB
 * on (it would keep up to 64 MiB), and few threads for file and name look-ups.
 *
 * Node takes 64 KiB for every datagram that comes in: less room than that would cost a call of the kernel each time.
 */
export const leanEnvironment: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_TRIM_THRESHOLD_: '262144',
  MALLOC_TOP_PAD_: '131072',
  MALLOC_MMAP_THRESHOLD_: '131072',
  UV_THREADPOOL_SIZE: '1',
};

/** Variables of the caller that a node may see; settings travel in its spec alone. */
export const passedVariables: readonly string[] = ['PATH', 'HOME', 'TZ', 'LANG', 'LC_ALL', 'TMPDIR'];
