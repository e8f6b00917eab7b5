// The reference values that PyTorch and Keras computed (Reference/recurrent.json, made by recurrent.py beside it).

import TestTools

extension Reference {
    static let file = ReferenceFile("recurrent", in: .module)

    /// The case with the given name: `Reference["rnn-tanh"].output.tensor`.
    static subscript(_ name: String) -> Reference { file[name] }
}
