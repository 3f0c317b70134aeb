/* Writes the moment at which it began, in nanoseconds of CLOCK_MONOTONIC, to standard output. No libc: it is as small
 * as a program can be, so that what is measured is the way to it. */
struct moment { long seconds, nanoseconds; };

#if defined(__x86_64__)
enum { WRITE = 1, CLOCK_GETTIME = 228, EXIT_GROUP = 231 };
__asm__(".globl _start\n_start: and $-16, %rsp\n call begin\n");
static long enter_kernel(long number, long a, long b, long c) {
  __asm__ volatile("syscall" : "+a"(number) : "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
  return number;
}
#elif defined(__aarch64__)
enum { WRITE = 64, CLOCK_GETTIME = 113, EXIT_GROUP = 94 };
__asm__(".globl _start\n_start: bl begin\n");
static long enter_kernel(long number, long a, long b, long c) {
  register long nr __asm__("x8") = number, first __asm__("x0") = a, second __asm__("x1") = b, third __asm__("x2") = c;
  __asm__ volatile("svc 0" : "+r"(first) : "r"(nr), "r"(second), "r"(third) : "memory");
  return first;
}
#endif

__attribute__((used)) void begin(void) {
  struct moment now;
  enter_kernel(CLOCK_GETTIME, 1, (long)&now, 0);
  long nanoseconds = now.seconds * 1000000000 + now.nanoseconds;
  enter_kernel(WRITE, 1, (long)&nanoseconds, sizeof nanoseconds);
  enter_kernel(EXIT_GROUP, 0, 0, 0);
}
