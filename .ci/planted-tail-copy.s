# What the scan for lost error registers has to find, and what it has to let pass.

        .text
        .globl  losesItsErrorRegister
        .type   losesItsErrorRegister, @function
losesItsErrorRegister:
        movq    %rdi, %r12
        leaq    8(%r12), %rdi
        jmp     memmove@PLT
        .size   losesItsErrorRegister, . - losesItsErrorRegister

        .globl  restoresItsErrorRegister
        .type   restoresItsErrorRegister, @function
restoresItsErrorRegister:
        movq    %r12, -8(%rsp)
        movq    %rdi, %r12
        leaq    8(%r12), %rdi
        movq    -8(%rsp), %r12
        jmp     memmove@PLT
        .size   restoresItsErrorRegister, . - restoresItsErrorRegister

        .globl  hasNothingToRestore
        .type   hasNothingToRestore, @function
hasNothingToRestore:
        jmp     memmove@PLT
        .size   hasNothingToRestore, . - hasNothingToRestore
        .section .note.GNU-stack, "", @progbits
