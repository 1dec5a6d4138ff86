/* A plugin of QEMU that counts the instructions an emulated program executes.
 *
 * The program asks for its parent's id where it wants to know: each such call writes the count so far into QEMU's log, on a line
 * of its own. So what a program does between two calls is counted without its loading.
 *
 * Debian doesn't package qemu-plugin.h: what is needed of it stands here, and is the same in all of its versions since 1.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* QEMU takes the version it speaks, and some before it. */
#ifndef PLUGIN_VERSION
#define PLUGIN_VERSION 1
#endif
#define GETPPID 173

typedef uint64_t plugin_id;
struct qemu_plugin_tb;
enum cb_flags { NO_REGISTERS };

void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id, void (*)(plugin_id, struct qemu_plugin_tb *));
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *, void (*)(unsigned, void *), enum cb_flags, void *);
void qemu_plugin_register_vcpu_syscall_cb(plugin_id, void (*)(plugin_id, unsigned, int64_t, uint64_t, uint64_t, uint64_t,
                                                              uint64_t, uint64_t, uint64_t, uint64_t, uint64_t));
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
void qemu_plugin_outs(const char *);

int qemu_plugin_version = PLUGIN_VERSION;

static uint64_t executed;

/* Once for each block of instructions that is run from its first to its last. */
static void run(unsigned processor, void *instructions)
{
    __atomic_fetch_add(&executed, (uintptr_t)instructions, __ATOMIC_RELAXED);
}

static void translated(plugin_id id, struct qemu_plugin_tb *block)
{
    qemu_plugin_register_vcpu_tb_exec_cb(block, run, NO_REGISTERS, (void *)qemu_plugin_tb_n_insns(block));
}

static void called(plugin_id id, unsigned processor, int64_t number, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4,
                   uint64_t a5, uint64_t a6, uint64_t a7, uint64_t a8)
{
    char line[24];
    if (number == GETPPID) {
        snprintf(line, sizeof line, "%" PRIu64 "\n", executed);
        qemu_plugin_outs(line);
    }
}

int qemu_plugin_install(plugin_id id, const void *about, int count, char **arguments)
{
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    qemu_plugin_register_vcpu_syscall_cb(id, called);
    return 0;
}
