// SPDX-License-Identifier: MIT OR Apache-2.0
// The context switch for x86-64 (System V). Callee-saved registers only; the floating-point control words belong to
// the shard and are not saved.
//
// A context that is not running is its stack pointer; from there upwards lie
//
//     sp +0 r15  +8 r14  +16 r13  +24 r12  +32 rbx  +40 rbp  +48 return address
//
// It ends in pop + jmp: `ret` would be mispredicted at each switch, the return stack knows the other context's calls.

#if defined(__x86_64__)
    .text

// void *ra__switch(void **save_sp, void *to_sp, void *value)
    .globl  ra__switch
    .hidden ra__switch
    .type   ra__switch, @function
    .p2align 4
ra__switch:
    .cfi_startproc
    endbr64
    pushq   %rbp
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %rbp, 0
    pushq   %rbx
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %rbx, 0
    pushq   %r12
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %r12, 0
    pushq   %r13
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %r13, 0
    pushq   %r14
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %r14, 0
    pushq   %r15
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %r15, 0

    movq    %rsp, (%rdi)
    movq    %rsi, %rsp          // the frame has the same shape on this side: the CFI above stays true
    movq    %rdx, %rax

    popq    %r15
    .cfi_adjust_cfa_offset -8
    .cfi_restore %r15
    popq    %r14
    .cfi_adjust_cfa_offset -8
    .cfi_restore %r14
    popq    %r13
    .cfi_adjust_cfa_offset -8
    .cfi_restore %r13
    popq    %r12
    .cfi_adjust_cfa_offset -8
    .cfi_restore %r12
    popq    %rbx
    .cfi_adjust_cfa_offset -8
    .cfi_restore %rbx
    popq    %rbp
    .cfi_adjust_cfa_offset -8
    .cfi_restore %rbp
    popq    %rcx
    .cfi_adjust_cfa_offset -8
    .cfi_register %rip, %rcx
    notrack jmpq *%rcx          // not every compiler puts a landing pad after the call
    .cfi_endproc
    .size   ra__switch, . - ra__switch

// Where a new fiber begins: rax is the value of its first switch, rsp is 16-aligned. Its caller is unknown to
// unwinders, which end here.
    .globl  ra__switch_entry
    .hidden ra__switch_entry
    .type   ra__switch_entry, @function
    .p2align 4
ra__switch_entry:
    .cfi_startproc
    .cfi_undefined %rip
    endbr64
    xorl    %ebp, %ebp
    movq    %rax, %rdi
    callq   ra__fiber_main
    ud2
    .cfi_endproc
    .size   ra__switch_entry, . - ra__switch_entry

// Branch targets are marked (IBT). Shadow stacks are not promised: a switch leaves them behind.
#if defined(__CET__)
    .section .note.gnu.property, "a", @note
    .p2align 3
    .long   4
    .long   16
    .long   5
    .asciz  "GNU"
    .long   0xc0000002          // GNU_PROPERTY_X86_FEATURE_1_AND
    .long   4
    .long   1                   // IBT
    .long   0
#endif
#endif
    .section .note.GNU-stack, "", %progbits
