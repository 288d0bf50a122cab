/*
 * Runs a program and lets one of its system calls on files go wrong. tests/it/faults/mod.rs says why it is so.
 *
 *   fault --version                                 can this system do it?
 *   fault LOG FOLDER WHAT PROGRAM [ARGUMENT...]     WHAT: count, kill=N, fail=N:ERRNO, size=BYTES or size-kill=BYTES
 *
 * Every call on a file in FOLDER, content of the cache aside, is a line of LOG: its name and its file. The calls of
 * all threads are counted together, from 1. The line of the call that went wrong begins with `hit `.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the first arguments are: a descriptor, a path, a folder and a path, and which one has the flags of `open`. */
enum shape { FD, PATH, AT };
static const struct call {
    int number;
    enum shape shape;
    int flags;
    const char *name;
} CALLS[] = {
    {SYS_openat, AT, 2, "open"},
    {SYS_read, FD, 0, "read"},
    {SYS_pread64, FD, 0, "read"},
    {SYS_write, FD, 0, "write"},
    {SYS_pwrite64, FD, 0, "write"},
    {SYS_fsync, FD, 0, "fsync"},
    {SYS_fdatasync, FD, 0, "fsync"},
    {SYS_ftruncate, FD, 0, "ftruncate"},
    {SYS_fchmod, FD, 0, "chmod"},
    {SYS_fchmodat, AT, 0, "chmod"},
    {SYS_flock, FD, 0, "flock"},
    {SYS_getdents64, FD, 0, "list"},
    {SYS_statx, AT, 0, "stat"},
#ifdef SYS_newfstatat
    {SYS_newfstatat, AT, 0, "stat"},
#endif
    {SYS_readlinkat, AT, 0, "readlink"},
    {SYS_mkdirat, AT, 0, "mkdir"},
    {SYS_unlinkat, AT, 0, "unlink"},
    {SYS_linkat, AT, 0, "link"},
    {SYS_renameat2, AT, 0, "rename"},
#ifdef SYS_renameat
    {SYS_renameat, AT, 0, "rename"},
#endif
#ifdef SYS_open
    {SYS_open, PATH, 1, "open"},
    {SYS_chmod, PATH, 0, "chmod"},
    {SYS_stat, PATH, 0, "stat"},
    {SYS_lstat, PATH, 0, "stat"},
    {SYS_readlink, PATH, 0, "readlink"},
    {SYS_mkdir, PATH, 0, "mkdir"},
    {SYS_unlink, PATH, 0, "unlink"},
    {SYS_link, PATH, 0, "link"},
    {SYS_rename, PATH, 0, "rename"},
#endif
};
#define CALL_COUNT (sizeof CALLS / sizeof *CALLS)

/* The exit code of what is wrong with the launcher itself. */
#define OWN_FAULT 125

static void die(const char *what) {
    fprintf(stderr, "fault: %s: %s\n", what, strerror(errno));
    exit(OWN_FAULT);
}

/* Makes the kernel ask about every call of the table, and returns where it asks. */
static int install(void) {
    struct sock_filter program[2 * CALL_COUNT + 2];
    size_t length = 0;
    program[length++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (size_t i = 0; i < CALL_COUNT; i++) {
        program[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)CALLS[i].number, 0, 1);
        program[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF);
    }
    program[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    struct sock_fprog filter = {(unsigned short)length, program};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) die("prctl");
    int listener = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &filter);
    if (listener < 0) die("seccomp");
    return listener;
}

/* Hands a descriptor through a socket, or takes it. */
static int pass(int socket, int descriptor) {
    char byte = 0;
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct iovec content = {&byte, 1};
    struct msghdr message = {.msg_iov = &content, .msg_iovlen = 1};
    message.msg_control = &control;
    message.msg_controllen = sizeof control;
    if (descriptor < 0) {
        struct cmsghdr *header;
        if (recvmsg(socket, &message, MSG_CMSG_CLOEXEC) != 1 || !(header = CMSG_FIRSTHDR(&message))) exit(OWN_FAULT);
        memcpy(&descriptor, CMSG_DATA(header), sizeof descriptor);
        return descriptor;
    }
    control.header.cmsg_level = SOL_SOCKET;
    control.header.cmsg_type = SCM_RIGHTS;
    control.header.cmsg_len = CMSG_LEN(sizeof descriptor);
    memcpy(CMSG_DATA(&control.header), &descriptor, sizeof descriptor);
    if (sendmsg(socket, &message, 0) != 1) die("sendmsg");
    return descriptor;
}

/* Reads what a link below /proc/PID leads to. */
static int link_of(char *path, unsigned pid, const char *name) {
    char link[64];
    snprintf(link, sizeof link, "/proc/%u/%s", pid, name);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    path[length < 0 ? 0 : length] = 0;
    return length > 0;
}

/* Reads a path of the program from its memory, page by page, since the next one may not be there. */
static int text_of(char *path, unsigned pid, unsigned long address) {
    char name[64];
    size_t length = 0;
    snprintf(name, sizeof name, "/proc/%u/mem", pid);
    int memory = open(name, O_RDONLY | O_CLOEXEC);
    if (memory < 0) return 0;
    while (length < PATH_MAX) {
        size_t part = 4096 - (address + length) % 4096;
        if (part > PATH_MAX - length) part = PATH_MAX - length;
        ssize_t count = pread(memory, path + length, part, (off_t)(address + length));
        if (count <= 0) break;
        length += (size_t)count;
        if (memchr(path + length - count, 0, (size_t)count)) break;
    }
    close(memory);
    return memchr(path, 0, length) != NULL;
}

/* Finds out which file a call is about. */
static int file_of(char *path, const struct call *call, const struct seccomp_notif *asked) {
    static char text[PATH_MAX + 1];
    char name[32] = "cwd";
    int at = call->shape == PATH ? AT_FDCWD : (int)asked->data.args[0];
    if (at != AT_FDCWD) snprintf(name, sizeof name, "fd/%d", at);
    if (call->shape == FD) return link_of(path, asked->pid, name);
    if (!text_of(text, asked->pid, (unsigned long)asked->data.args[call->shape == AT])) return 0;
    if (text[0] == '/') {
        strcpy(path, text);
        return 1;
    }
    if (!link_of(path, asked->pid, name)) return 0;
    const char *rest = strncmp(text, "./", 2) ? text : text + 2;
    size_t length = strlen(path);
    if (*rest) snprintf(path + length, PATH_MAX - length, "/%s", rest);
    return 1;
}

/* Answers until the program ends, and returns how many calls there were. */
static long supervise(int listener, pid_t child, FILE *log, const char *folder, long fatal, long failing, int error) {
    static char path[2 * PATH_MAX];
    long count = 0;
    int end = (int)syscall(SYS_pidfd_open, child, 0);
    if (end < 0) die("pidfd_open");
    struct pollfd waiting[2] = {{listener, POLLIN, 0}, {end, POLLIN, 0}};
    while (poll(waiting, 2, -1) >= 0 || errno == EINTR) {
        if (!(waiting[0].revents & POLLIN)) {
            if (waiting[1].revents) break;
            continue;
        }
        struct seccomp_notif asked = {0};
        struct seccomp_notif_resp answer = {0};
        /* The thread that asked may be gone by now. */
        if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &asked)) continue;
        answer.id = asked.id;
        answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
        const struct call *call = CALLS;
        while (call->number != asked.data.nr) call++;
        int is_ours = file_of(path, call, &asked) && !strncmp(path, folder, strlen(folder));
        if (is_ours && !strstr(path, "/cache/content")) {
            int is_hit = ++count == fatal || count == failing;
            int creates = call->flags && (asked.data.args[call->flags] & O_CREAT);
            fprintf(log, "%s%s %s\n", is_hit ? "hit " : "", creates ? "create" : call->name, path);
            if (count == fatal) {
                kill(child, SIGKILL);
                /* An answer could reach the program before its end does, and the call would be made. */
                continue;
            }
            if (count == failing) {
                answer.flags = 0;
                answer.error = -error;
            }
        }
        ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
    }
    return count;
}

int main(int count, char **arguments) {
    int is_trial = count == 2 && !strcmp(arguments[1], "--version");
    char *trial[] = {arguments[0], "/dev/null", "/", "count", "test", "-e", "/", NULL};
    if (is_trial) arguments = trial;
    else if (count < 5) exit(OWN_FAULT);
    const char *what = arguments[3];
    long fatal = 0, failing = 0, size = -1;
    int error = 0, is_silent = 1;
    if (sscanf(what, "size-kill=%ld", &size) == 1) is_silent = 0;
    else if (strcmp(what, "count") && sscanf(what, "kill=%ld", &fatal) != 1 && sscanf(what, "size=%ld", &size) != 1 &&
             sscanf(what, "fail=%ld:%d", &failing, &error) != 2)
        exit(OWN_FAULT);
    FILE *log = fopen(arguments[1], "we");
    int sockets[2];
    if (!log) die(arguments[1]);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets)) die("socketpair");
    pid_t child = fork();
    if (child < 0) die("fork");
    if (!child) {
        /* Whoever ends the launcher ends the program. */
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (size >= 0) {
            struct rlimit limit = {(rlim_t)size, (rlim_t)size};
            /* What is ignored stays so in the next program: the call then fails with EFBIG. */
            if (setrlimit(RLIMIT_FSIZE, &limit) || (is_silent && signal(SIGXFSZ, SIG_IGN) == SIG_ERR)) die("limit");
        }
        pass(sockets[0], install());
        execvp(arguments[4], arguments + 4);
        die(arguments[4]);
    }
    close(sockets[0]);
    long seen = supervise(pass(sockets[1], -1), child, log, arguments[2], fatal, failing, error);
    int status = 0;
    if (waitpid(child, &status, 0) != child || fclose(log)) die("the end");
    /* Where memory of other programs may not be read, no path is known. */
    if (is_trial && !seen) return OWN_FAULT;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
