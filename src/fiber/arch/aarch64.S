// SPDX-License-Identifier: MIT OR Apache-2.0
// The context switch for arm64 (AAPCS64). Callee-saved registers only.
//
// A context that is not running is its stack pointer; from there upwards lie
//
//     sp +0 x19 x20  +16 x21 x22  +32 x23 x24  +48 x25 x26  +64 x27 x28  +80 x29 x30
//        +96 d8 d9  +112 d10 d11  +128 d12 d13  +144 d14 d15
//
// It ends in ret, which BTI does not check; `br` into a plain call site would trap. A fiber resumes with its own
// stack pointer, so signed return addresses stay valid.

#if defined(__aarch64__)
    .text

// void *ra__switch(void **save_sp, void *to_sp, void *value)
    .globl  ra__switch
    .hidden ra__switch
    .type   ra__switch, %function
    .p2align 4
ra__switch:
    .cfi_startproc
    hint    #34                 // bti c
    sub     sp, sp, #160
    .cfi_adjust_cfa_offset 160
    stp     x19, x20, [sp, #0]
    .cfi_rel_offset x19, 0
    .cfi_rel_offset x20, 8
    stp     x21, x22, [sp, #16]
    .cfi_rel_offset x21, 16
    .cfi_rel_offset x22, 24
    stp     x23, x24, [sp, #32]
    .cfi_rel_offset x23, 32
    .cfi_rel_offset x24, 40
    stp     x25, x26, [sp, #48]
    .cfi_rel_offset x25, 48
    .cfi_rel_offset x26, 56
    stp     x27, x28, [sp, #64]
    .cfi_rel_offset x27, 64
    .cfi_rel_offset x28, 72
    stp     x29, x30, [sp, #80]
    .cfi_rel_offset x29, 80
    .cfi_rel_offset x30, 88
    stp     d8, d9, [sp, #96]
    .cfi_rel_offset d8, 96
    .cfi_rel_offset d9, 104
    stp     d10, d11, [sp, #112]
    .cfi_rel_offset d10, 112
    .cfi_rel_offset d11, 120
    stp     d12, d13, [sp, #128]
    .cfi_rel_offset d12, 128
    .cfi_rel_offset d13, 136
    stp     d14, d15, [sp, #144]
    .cfi_rel_offset d14, 144
    .cfi_rel_offset d15, 152

    mov     x9, sp
    str     x9, [x0]
    mov     sp, x1              // the frame has the same shape on this side: the CFI above stays true
    mov     x0, x2

    ldp     d14, d15, [sp, #144]
    ldp     d12, d13, [sp, #128]
    ldp     d10, d11, [sp, #112]
    ldp     d8, d9, [sp, #96]
    ldp     x29, x30, [sp, #80]
    ldp     x27, x28, [sp, #64]
    ldp     x25, x26, [sp, #48]
    ldp     x23, x24, [sp, #32]
    ldp     x21, x22, [sp, #16]
    ldp     x19, x20, [sp, #0]
    add     sp, sp, #160
    .cfi_def_cfa sp, 0
    .cfi_restore x19
    .cfi_restore x20
    .cfi_restore x21
    .cfi_restore x22
    .cfi_restore x23
    .cfi_restore x24
    .cfi_restore x25
    .cfi_restore x26
    .cfi_restore x27
    .cfi_restore x28
    .cfi_restore x29
    .cfi_restore x30
    .cfi_restore d8
    .cfi_restore d9
    .cfi_restore d10
    .cfi_restore d11
    .cfi_restore d12
    .cfi_restore d13
    .cfi_restore d14
    .cfi_restore d15
    ret
    .cfi_endproc
    .size   ra__switch, . - ra__switch

// Where a new fiber begins: x0 is the value of its first switch. Its caller is unknown to unwinders, which end here.
    .globl  ra__switch_entry
    .hidden ra__switch_entry
    .type   ra__switch_entry, %function
    .p2align 4
ra__switch_entry:
    .cfi_startproc
    .cfi_undefined x30
    hint    #34                 // bti c
    mov     x29, xzr
    mov     x30, xzr
    bl      ra__fiber_main
    brk     #1
    .cfi_endproc
    .size   ra__switch_entry, . - ra__switch_entry

#if defined(__ARM_FEATURE_BTI_DEFAULT)
    .section .note.gnu.property, "a", %note
    .p2align 3
    .word   4
    .word   16
    .word   5
    .asciz  "GNU"
    .word   0xc0000000          // GNU_PROPERTY_AARCH64_FEATURE_1_AND
    .word   4
#if defined(__ARM_FEATURE_PAC_DEFAULT)
    .word   3                   // BTI and PAC
#else
    .word   1                   // BTI
#endif
    .word   0
#endif
#endif
    .section .note.GNU-stack, "", %progbits
