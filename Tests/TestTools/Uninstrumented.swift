// Tests that compare times say nothing under a sanitizer, which makes every access to memory slower and some of them
// more than others.

import Foundation
import Testing

extension Trait where Self == ConditionTrait {
    /// The test or suite is left out of runs with `--sanitize=address` or `--sanitize=thread`.
    public static var uninstrumented: Self {
        .disabled(if: isInstrumented, "a sanitizer changes what is fast and what is slow")
    }
}

/// Whether the program carries a sanitizer: then it has the sanitizer's functions.
private let isInstrumented = ["__asan_init", "__tsan_init"].contains { name in
    guard let program = dlopen(nil, RTLD_NOW) else { return false }
    defer { dlclose(program) }
    return dlsym(program, name) != nil
}
