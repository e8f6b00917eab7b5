// The text behind `Prose`: a paragraph a line. One word of it, written with an escape, is the name of a kind of code of
// which a search through the sources is to find none here.

extension Prose {
    static let paragraphs = """
        A book on deep learning whose chapters are Swift modules: every formula stands beside the code that is that formula, \
        every derivative is written by hand below its function, and every claim is measured by a test. It needs nothing but \
        the Swift toolchain: no packages, no Python, no download. It teaches, and it is fast: what was measured beside \
        PyTorch and JAX stands in Design, and how one gets there, from three loops on, in Speed.
        Watch a network learn real handwritten digits, and everything else that the chapter claims, in some seconds (the \
        first time it is built, which takes a minute or two):
        Time pieces of its work beside the most that your machine can do (in some twenty seconds; learn bench mlp times one \
        of them, and --against FILE sets other frameworks' times beside them, given as lines such as torch mlp 2.31 ms):
        Swift 6.3 or later, on Linux or macOS, x86-64 or arm64 (tested on Linux x86-64). swift run -c release learn alone \
        prints the contents, and learn help what can be chosen.
        Below them all lies SIMDTensor: tensors, vectorised functions, the matrix product, random numbers. What is claimed \
        and where it is shown: Claims. Why things are as they are: Design.
        A layer of your own is a formula and its derivative, and a check tells you whether the two belong together:
        A feedforward network is the simplest neural network and the part that all the others are made of. Numbers go in on \
        one side, pass through layers of neurons, and come out on the other; no connection leads back. What the network \
        computes is decided by numbers inside it, its weights, and those it finds by itself, from examples.
        There is an input layer, which is just the numbers that come in; any number of hidden layers, none too; and an \
        output layer, whose form follows the task. Classification asks which: a digit has 64 pixels and is one of ten, so 64 \
        inputs, ten outputs. Regression asks how much: a patient has ten measurements and one number is asked for, so ten \
        inputs, one output.
        In this book a layer is a value, and can do two things. It computes its output. And when it is trained it also hands \
        back the way back: a function that takes the gradient of the loss with respect to the output, which says how much \
        the loss (how wrong the network is; below) changes when an output does, and returns the gradients with respect to \
        the input and to the layer's own parameters. This is the whole of it:
        Networks with none, one and three hidden layers are built, checked and trained on iris flowers; all three learn \
        (claim A3.1.1-1). A classifier's probabilities sum to 1 and name the flower; a network with one linear output \
        predicts the course of diabetes (A3.1.1-2). And because the output depends on the present input alone, a digit that \
        is passed alone gives, to the last bit, what it gives in any batch and any order (A3.1-1): of 200 digits, 0 differ.
        A fully connected layer computes weighted sums. Some examples at a time are a batch. With the inputs of a batch in \
        the rows of x, the weights in the matrix W and the biases in b, all the sums of all examples are one matrix product, \
        and so are the gradients:
        A product of matrices is a matrix: a hundred such layers in a row would still be one affine map. So between them \
        stands an activation function, which bends every number on its own:
        A loss function says how wrong a prediction is, and its gradient in which direction it gets worse. For numbers it is \
        the mean squared error of the predictions p against the truth t. For classes the outputs z are scores, called \
        logits; softmax makes probabilities of them, and the loss is the cross-entropy:
        Why not the squared error for classes? Look at a sigmoid neuron that is sure and wrong: its score is -10, the answer \
        should be 1. The squared error reaches the score only through the slope of the sigmoid, which is flat there; its \
        gradient is -0.00009 and hardly anything is learned. The cross-entropy's is -1.0 (A3.1.2-4):
        From the loss, the chain rule leads back through the layers: each turns the gradient with respect to its output into \
        that with respect to its input. That is backpropagation, and in the code it is one line for each layer:
        Where does it begin? Not with zeros: then nothing but the last biases would have a gradient (try it, below). The \
        first weights are random, as large as keeps the signal from growing or fading from layer to layer.
        (The learning rates are 0.05 for the first three, 0.001 for RMSProp and 0.005 for Adam and AdamW, and that decides \
        this picture more than the names do: at 0.001 Adam is no faster here than plain gradient descent.)
        All of it together is a training loop, and every loop of this book looks like this one:
        What are many layers good for? Each makes the data simpler for the next (claim A1-1). How much simpler, a linear \
        probe says: a linear classifier that is trained on what a layer puts out. Two spirals are wound about each other; \
        the probe is right for 65 % of the raw points. On what the first hidden layer of a trained network makes of the \
        points it is right for 90 %, and on the second for 99.8 %: what was wound up is straight. On digits it rises from \
        95.1 % to 96.9 % and 97.7 %.
        A network can learn its examples by heart and know nothing else: overfitting. So the data are divided: on the \
        training set it learns, on the test set it is measured, and only the latter counts. The share that is right is the \
        accuracy. Against overfitting there is regularization. Two kinds are used below: weight decay draws every weight a \
        little towards zero at each step, and dropout sets a random part of the neurons to zero while training, so that none \
        is relied on alone. Inputs in units of their own are first standardized, each to mean 0 and deviation 1, as measured \
        on the training set.
        Images (A3.1.3-1). A network with 128 hidden neurons reads handwritten digits of 8x8 pixels; on the fifth of the \
        images that it has not seen, the accuracy is 98.4 % on average over three seeds (97.8 to 99.2). Nearest neighbours \
        reach 98.5 %, a support vector machine 98.9 %, logistic regression 97.0 % on such splits. The splits mix the \
        writers; the official split, with writers of its own for testing, is harder. What is read wrongly is worth a look:
        Speech (A3.1.3-2). Ten vowels are told apart by two formants, the frequencies at which the mouth resonates, drawn \
        from published averages and spreads. The clouds overlap, so that even a classifier that knows the densities (Bayes) \
        is right for only 77.8 % of the points; the network, which knows nothing but examples, is right for 76.8 %.
        Language (A3.1.3-4). Which of five languages is a word from? From its letters, pairs and triples of letters: 72.8 % \
        right on unseen words, where naming the most frequent language would be right for 22.6 %. Spanish and Italian are \
        mixed up most.
        Take the two Tanh() out of the network in Sources/Examples/FeedForward/Abstraction.swift and run the chapter. What \
        does the probe still read from the spirals, and why is it what it reads from the raw points?
        Take the activation out of the network in Sources/Examples/FeedForward/Digits.swift (it stands there twice: once to \
        be trained, once to be shown). The digits are read only a little worse. What does that say about the digits?
        Set every initial weight to zero in Initialization.swift. Why does the network stop at the accuracy it then has?
        Write a layer of your own (the example stands at the head of Layer), and aim checkGradients at it.
        Put MNIST or Fashion-MNIST files into a folder and run the chapter on them: swift run -c release learn run \
        feedforward --data FOLDER.
        A fully connected layer treats an image as a list of numbers: it does not know which pixels are neighbours, and what \
        it has learned about a stroke in one corner it has to learn again for every other. A convolutional network looks at \
        the image through a small window, the same everywhere. What it learns it knows at every place; it has few weights; \
        and it sees first edges, then what edges make together: a hierarchy in space.
        A convolution layer has some small kernels. Each slides over the image; at every place its weights are multiplied \
        with the pixels under it and added up, a dot product. The results of one kernel, place by place, are again an image: \
        its feature map. An image has channels, one if it is grey and three if it is coloured; a kernel looks at all of them \
        at once, and the maps of a layer's kernels are the channels of its output. With u, v running over the kernel's rows \
        and columns and c over the channels:
        s is the stride, how far the window goes at a time; d the dilation, how far apart the pixels are that it looks at; p \
        the padding, how many zeros stand before the image. As a program it is six loops, one for each letter, and this is \
        the definition that the fast layer is held against:
        Backwards every product of the sum has a share in two gradients. An input is seen through every tap, each time by \
        another output, and collects from all of them; a weight is used at every place, and collects over the whole image \
        and the whole batch:
        And since the kernel is the same everywhere, a shifted image gives shifted maps, to the last bit: of 197,440 numbers \
        0 differ (A3.2.1-2). A fully connected layer has nothing of the kind.
        A pooling layer makes maps smaller: of each window it keeps one number, the largest or the mean, channel by channel. \
        It has nothing to learn. Backwards the gradient goes to the pixel that was the largest, to the first of them if \
        several were (the tie has to be broken somehow, and PyTorch and Keras break it so); or to all pixels of the window \
        in equal parts:
        The experiment. With two poolings of 2x2 the network below makes 84,224 multiplications for an image of 28x28 pixels \
        and has 6,090 parameters; without them 324,608 and 25,290 (A3.2.1-3). Trained on 200 digits, both know these by \
        heart; on the other 1,597 the loss is higher by 0.17 with pooling and by 0.27 without (mean of five seeds): that is \
        the overfitting that pooling takes away.
        Convolution, activation, pooling, and once more; then the row and the classes. A network says of itself what happens \
        to the shapes, and what each layer costs (A3.2.2-1):
        That is the receptive field. ReLU, which looks at one number at a time, leaves it as it is, and the gradient shows \
        both: of one place of the last map it is zero for all pixels but those of the field, 8 rows and 16 columns in this \
        network, with ReLU and without (A3.2.2-2).
        Which kernels? Nobody writes them down. They begin as random numbers and are moved by the gradient like every other \
        weight, and what comes out looks, at times, like what engineers had thought of: edges in some direction.
        Is learning worth it? One and the same linear classifier is given the largest number of each quarter of eight maps. \
        From Sobel's maps it reads 90.1 % of unseen digits, from Gabor's 93.8 %, from those of random kernels 90.7 %; from \
        kernels that were trained along with it 96.8 %, best for each of five seeds. If the classifier sees 16 numbers of \
        each map instead of four, it can make good what the kernels lack: 98.0, 98.9 and 98.6 % (A3.2-2)
        Three convolutions on a canvas of 12x12 pixels have 7,458 parameters. With a fully connected layer in place of each, \
        between maps of the same sizes, they would be 16,100,762, more than two thousand times as many. The multiplications \
        are sixteen times fewer, 1,006,096 instead of 16,091,536: each weight is used at every place. (How many there are of \
        both is counted by hand in a test.)
        Is so little enough? The rival is the network of chapter 3.1 with its 128 neurons, which has 9,610 parameters at 64 \
        pixels and 19,850 on this canvas. Both learn from digits in the middle of the canvas. On unseen digits in the middle \
        the convolutional network is right for 99.3 %, the other for 98.6 % (mean of five seeds). Then the digits are moved \
        by one pixel, and by two; to the eye they are the same: 99.1 % and 97.7 %, against 48.0 % and 13.9 %, which is \
        hardly more than guessing (A3.2-1)
        In training it is the batch that is normalized; for inference running means take its place, so that an example's \
        answer does not depend on its company. LayerNorm takes the mean over the features of one example instead. Dropout2D \
        drops whole maps, because neighbouring pixels say the same. Upsampling2D makes maps larger, by repeating pixels or \
        along straight lines between them; Conv1D slides along sequences.
        Images (A3.2.3-1). Two convolutions with 32 and 64 kernels, pooling after each, dropout, one fully connected layer. \
        While it trains, each image is shifted by up to a pixel, anew each time; a margin of two pixels sees to it that \
        nothing is cut off. Of the fifth of the digits that it has not seen it reads 99.4 % on average over three seeds \
        (99.2 to 99.7), where the network of chapter 3.1 reads 98.4 %, nearest neighbours 98.5 % and a support vector \
        machine 98.9 %. The splits mix the writers, so the official split, with writers of its own for testing, is harder. \
        Of MNIST's test images (8,000 to learn from, 2,000 held out) the same network reads 98.95 %.
        What follows is measured on drawn data (A3.2.3-2): nobody's patients and no photographs. So it is known what is in \
        them, and real ones are harder.
        Medicine. Sections through a head after Shepp and Logan, no two alike, with noise; half of them have a small round \
        lesion, a little lighter or darker than what is around it. The network finds 92 % of the lesions and calls 97 % of \
        the healthy heads healthy; a fully connected network on the same scans only guesses (48 %). It was never told where \
        the lesion is, only whether there is one. Where it is found, the pixel on which the score hangs most lies within two \
        radii of the lesion's centre in 94 % of the scans:
        Video. Three frames, in which a disc moves in one of eight directions, are three channels of an image. From them the \
        direction is right for 99.8 % of the clips. A single frame holds nothing of it, and a network that sees no more is \
        right for 12.4 %, where guessing gives 12.5 %.
        In Sources/Convolution/Conv2D.swift exchange x and g in convolutionKernel(x, g, ...). What do the tests say, and in \
        what words?
        In Sources/Convolution/Pooling.swift let average pooling divide by the whole window at the edge too (Double(taps) \
        for Double(seen.count)). One of the two, the gradient check or the equation, cannot see that. Which, and why?
        Give the network of the run a stride of 2 in place of each pooling: summary tells what that saves. What does it cost \
        in accuracy?
        Take a network with padding: .same and shift its input: the maps no longer shift exactly. Where do they differ, and \
        why?
        Which pixel would you change to make the network read a 3 as an 8? saliency says where to look.
        Put MNIST files into a folder and run the chapter on them: swift run -c release learn run convolution --data FOLDER.
        A book that runs. Each chapter is one Swift module that a student can read from top to bottom in one sitting; the \
        book's order is the module graph; and everything said in a chapter is a test. No packages: the Swift toolchain \
        alone.
        Arrows go down this list only. A chapter imports the chapters that its text builds on, and no other. There is no \
        Core, Common or Utils: what a chapter explains lives in the chapter where the reader meets it first. Library modules \
        do no input or output, print nothing and read no clock; files, terminals and clocks belong to Datasets, Figures, \
        Examples and learn. SIMDTensor and the chapters import no Foundation. All modules but SIMDTensor compile with strict \
        memory safety on and contain no un\u{73}afe code.
        A layer is a value. forward returns the output and the way back; the gradient of a layer is a value of the layer's \
        own type, and so is what an optimizer remembers.
        network(images) is inference: not mutating, deterministic. forward is training: it may advance the layer's own \
        random numbers. Copying a layer repeats its randomness, which is what makes dropout gradient-checkable.
        Backward is written by hand, with the formula in the comment. No tape, no automatic differentiation, no macro.
        A layer lists its parameters once, as names and key paths. Optimizers, clipping, the gradient check, counts and the \
        summary go by this list.
        A wrong shape is a programmer's mistake: it ends the program with a sentence that names the operation and both \
        shapes (require; precondition keeps its sentence to itself in optimised builds). A wrong file or argument is thrown \
        as a typed error with a sentence a person can act on, and nothing half-written stays behind.
        What pooling by means and upsampling have in common is a matrix of few numbers along an axis (SparseMatrix); its \
        transpose is the gradient.
        Layers that look at a part of an image conform to LocalLayer, and so does a network of such layers: the receptive \
        field is asked of the type.
        Results do not depend on the number of threads, nor an example's output on its batch, bit for bit: an element of a \
        matrix product is summed over k in one order, whatever the tile, block or thread.
        How a fast program is found, from three loops to the matrix product, and what slows Swift down: Speed. What decided \
        the design, measured with Swift 6.3.1 on two cores of an AVX-512 machine (Zen 5):
        -cross-module-optimization is not used: with it, closures of passes in place were called once a vector, 0.29 ms \
        instead of 0.08 ms for the same step of Adam.
        Threads that watch. Helpers look for the next section of work for a third of a millisecond before they go; a section \
        costs one or two microseconds, where waking a thread costs fifty. The caller waits for no helper that has not come.
        Memory used again. Blocks from 32 KB on are kept for the next tensor of their size, at most a gigabyte; from 2 MB on \
        they are made of huge pages. The exponential of 16 million numbers took 31 ms, 26 of them in page faults.
        Convolution without im2col. A row of the matrix that a convolution multiplies is a few runs of the image, so the \
        kernel of the product is given their addresses, and what is copied is the weights (Speed). What lies beyond the edge \
        is not multiplied, except for the kernel's gradient. Few channels in the result, and channels by themselves, have \
        loops of their own.
        A row that repeats (a bias, a scale) is not repeated in memory along the whole tensor, but as often as fills whole \
        vectors.
        One pass for a loss and its gradient (mapAndSum), and for the softmax of a row.
        Beside the frameworks, on the same two cores (learn bench --against, means of the medians of two runs, taking turns \
        with the frameworks; PyTorch 2.15, JAX 0.10):
        On two cores of an AVX2 machine (Zen 3; two runs, taking turns with the frameworks), a training step of 28x28: conv \
        3x3x32, ReLU, max-pool 2, conv 3x3x64, ReLU, max-pool 2, dense 128, dense 10, batch 64, Adam, took 8.7 ms; PyTorch \
        19 to 24, JAX 50 to 65. What the convolutions reach of the ceiling stands in Speed.
        The products reach 90 to 93 % of the ceiling measured in the same run, on one core and on two (1024 and 2048), and \
        79 % without any of the processor's newer instructions, five times slower. When the virtual machine's two cores \
        share no cache (see Speed), 1024x1024 takes 5.3 ms (JAX 4.5), and the two last steps 0.60 and 0.66 ms (PyTorch 1.41 \
        and 1.46, JAX 0.81 and 0.85).
        A package that depends on this one builds it with these settings; its own elementwise closures are compiled with its \
        own settings, however. The functions of whole tensors (exp(tensor), layers, losses, optimizers) do not care; for \
        closures of your own give your target the same flags.
        A module's files are its chapter's sections, in reading order, and its names the field's. Symbols of the formulas \
        inside a formula; words everywhere else. A public declaration says what it computes, with the formula, shapes, \
        ranges, what it throws or traps on, and its source. A file opens with a paragraph: what this is and where it stands. \
        No cleverness that the reader of a chapter cannot follow; the clever part lives in SIMDTensor and is explained \
        there.
        This page shows how to count, and then climbs from the one to the other in eight steps, each with one idea, each a \
        function of some lines in ProductLadder. After that come the final kernel, the elementary functions, what slows \
        Swift down in particular, and how to measure. Everything quoted stands word for word in the file it is from (a test \
        sees to it). Figures are of the machine of Design, two cores of an AVX-512 processor (Zen 5), unless something else \
        is said; swift run -c release learn run speed climbs the ladder on yours.
        A processor has two limits, and every piece of code meets one of them.
        Operations a second. A core computes on registers, and a register here holds a vector of 16 Floats. One instruction \
        multiplies 16 numbers by 16 others and adds the products to 16 sums: a fused multiply-add. The core starts two of \
        them in each cycle. Counted as two operations a lane, that is 64 operations a cycle; measured, 287 thousand million \
        a second (GFLOP/s) on one core at its highest clock, and 270 over a whole second. A multiply-add takes some four \
        cycles until its result is there, so eight must be under way at any time that belong to different sums. A loop that \
        adds to one sum uses an eighth of the core, and if it adds single numbers instead of vectors, a hundred and \
        twenty-eighth.
        Bytes a second. Numbers come from memory through caches, small and fast ones close to the core, larger and slower \
        ones behind them:
        In each cycle the core can load two vectors from the first-level cache and store one. What moves between the caches \
        is never one number but a line of 64 bytes: who uses 4 bytes of it has paid for 64. And lines that are read one \
        after the other are fetched before they are asked for; lines that are far apart are waited for.
        Divide the operations by the bytes that must move. The core makes 270 thousand million operations, the memory \
        delivers 48 thousand million bytes a second. With fewer than six operations a byte the memory is the limit, and no \
        arithmetic however clever makes the code faster; with more, arithmetic is.
        How the last two come about: the network has 235,146 parameters. Forward, a weight is multiplied once for each \
        example, backward twice, for the gradient of the input and for its own: with the additions 6 operations a weight and \
        example, and Adam's 14. It is read forward and backward, its gradient is written, and Adam moves 28 bytes: 40 bytes \
        a parameter, whatever the batch, and some for the activations. So a batch of one spends its time moving weights; in \
        a batch of 128 each weight that is fetched is used 128 times. At 270 GFLOP/s that step needs at least 0.68 ms of one \
        core; what it takes stands in Design.
        From this follows what to do. For a sum or an activation, go through memory once instead of three times: map with \
        one formula of several tensors is one pass. For a product, which has arithmetic enough for every byte, see to it \
        that the numbers, once fetched, are used as often as they can be. That is what the ladder is about.
        The formula as it stands. In the machine code a step is some forty instructions, of which two are the multiplication \
        and the addition: every place is checked to lie inside, every sum and product of indices for overflow, and before \
        each write the runtime is called to ask whether another tensor shares the memory of c. Much of that could be done \
        beside the arithmetic. What cannot is that c is written to memory in each step and read again in the next: the next \
        addition waits until the number has made the trip.
        The sum is a variable; the compiler keeps it in a register. a and b are read through pointers, without checks. It is \
        the variable that helps: with a sum in a register and all checks the loop is as fast as without them, because a \
        check that never fails is foreseen and costs only an instruction, and the core has instructions to spare while it \
        waits.
        Two loops have changed places. Now b and c are read along their rows, all 64 bytes of a line are used, and \
        neighbouring steps add to different sums. A step has three trips to the first-level cache, 12 bytes, for one \
        multiplication.
        The best place for a number that is needed again is a register. Four rows by 32 columns of c, eight vectors, stay \
        there while p runs from 0 to k; c leaves the inner loop altogether. A step loads 32 numbers of b and four of a, and \
        multiplies each with each: 128 multiplications, eight instructions, for 144 bytes, little more than one byte for a \
        multiplication where there were twelve. The eight vectors are also the eight sums that must be under way so that \
        none waits.
        Four rows of a now share one pass through b, but for 1024 rows b still comes by 256 times, from the third-level \
        cache.
        steps are 256 of the k, and a strip of b, 256 steps of 32 columns, has 32 KB. The loop over the rows is inside: all \
        tiles that stand below one another use the strip before the next one begins. It comes from afar once and then from \
        the first-level cache. Every tile is loaded and stored once every 256 steps now, which is little.
        A cache does not keep a line anywhere: the address decides in which of 64 sets it goes, and a set has room for 12. \
        Lines 4096 bytes apart go into the same set. A strip whose rows lie 4096 bytes apart has 256 rows of two lines, all \
        in two sets, which hold 24 lines of the 512. With rows 128 bytes longer it is spread over all sets and stays. Powers \
        of two are the sizes one likes to choose, and the worst.
        One line more than on rung 6, and panel in place of b: the strip is copied, row behind row without gaps, in the \
        order in which it is read. A panel fills the cache evenly, whatever n is. The price is one copy of each number of b \
        for m multiplications.
        What is left is told in the next section: a larger tile, copies only where they help, blocks for every cache, sizes \
        that are no multiples, transposed and small matrices, threads. (Threads.count is a setting of the whole program. To \
        measure this rung on one thread, set it to 1 for so long.)
        More rows mean fewer loads for a multiply-add, fewer passes through b, and more slack for a line that comes late. \
        AVX-512 has 32 registers: 24 for sums, two for the numbers of b and two for those of a, turn by turn, make 28, which \
        is what the machine code of the kernel uses. Sixteen rows would take all 32 for their sums alone. Wider tiles of as \
        many sums, such as 6 rows of 4 vectors, load even less, but 64 columns suit the narrow matrices of a network badly. \
        Where registers are fewer or narrower the tile is too: MatrixKernel counts them.
        Twenty-four registers must be twenty-four variables. In an array, even an InlineArray, sums stayed in memory, and \
        the kernel reached 122 GFLOP/s instead of 287. Nobody wants to write twenty-four variables, or another number of \
        them for another processor. So the type system writes them: a tile is an upper and a lower tile, down to a single \
        row, and whatever a tile does it does with both.
        To copy is to spend time so that reading takes less. Before packing, the product therefore asks what is wrong with \
        where its operands lie, and often nothing is:
        A gives twelve numbers a step, from twelve rows. Each row is read along its line, so twelve lines at a time must \
        stay in the first-level cache, and they do, unless they lie a multiple of 4096 bytes apart and all want the same \
        twelve places.
        B gives 32 neighbouring numbers a step. If its rows can be read as vectors, a panel of it, two lines from each row, \
        stays in the second-level cache while all tiles below one another use it; again unless the rows are a multiple of \
        4096 bytes apart, or so many that no cache holds them. Up to 512 rows of A, reading it so costs nothing that one \
        could measure, and copying it cost up to half of the time on two cores, because what one core has packed the other \
        must fetch from it.
        So all products of a training step of medium size are computed where their operands lie: no copy, no second pass of \
        the threads.
        The steps are divided into blocks of one length, so that no last block is so short that loading and storing the \
        tiles outweighs it. If the lines to be packed are already neighbours in each step, vectors are copied. If not, the \
        matrix has to be turned, and that happens in registers, sixteen lines and sixteen steps at a time: interleave the \
        first eight vectors with the last eight as one shuffles a pack of cards, and do that four times; then rows have \
        become columns.
        Rows that are left over are computed in lower tiles, of 4, 2 and 1 rows.
        Columns that are left over are computed in a small tile beside the result, and only those that exist are copied into \
        it. So nothing behind the end of a row is overwritten, and memory behind a matrix may hold anything.
        A bias costs no pass of its own: the tiles of affine begin with the row of biases in place of zeros. Nor does an \
        activation, if it is named: affine(x, weight, bias, activation: .tanh) applies it to each tile while it is in the \
        first-level cache.
        A batch of small products is shared among the threads matrix by matrix, one of large ones tile by tile.
        An element of the result is summed over p in one order, from 0 to k - 1, each step rounded once, in whichever tile, \
        block, panel or thread it happens to be computed; a block that continues another begins with what stands in the \
        result. So a product has the same bits on any number of threads, and an example has the same output in any batch. \
        Kernels that divide the sum among threads, or choose another order for another size, cannot promise that. (The rungs \
        of the ladder may differ in the last bits: the first three round after the multiplication and after the addition, \
        the others once. So their test multiplies whole eighths, with which nothing is rounded.)
        Two threads can halve the time of what takes long enough to be shared. To wake a sleeping thread takes some fifty \
        microseconds here, as much as a product of two 200x200 matrices, and a training step of a small network is dozens of \
        such products. Shared in the usual way, with a wake-up for each (concurrentPerform), products below 32 million \
        multiplications gained nothing.
        So helpers do not go to sleep at once (Parallel). Work is a section of numbered tasks, of which each thread has a \
        share: the thread that called, and the helpers, which after a section watch for the next one for a third of a \
        millisecond. The same thread has the same share in every section, because what it computed in one it finds in its \
        own cache in the next; who has finished its own takes from the others'. A section then begins and ends within one or \
        two microseconds, and half a million multiplications are worth sharing. Three things keep this harmless:
        The caller never waits for a helper that has not come. If the other core is busy with something else, it does all \
        tasks itself and has lost nothing. It waits only for tasks that someone has begun.
        One section at a time. A section inside of a task, or from another thread, is done by the thread that wants it.
        Tasks are cut finer than there are threads, four for each, so that a disturbed thread takes fewer of them. Which \
        thread computes a task never changes what is computed.
        A tensor of 64 MB that is made, used and dropped in a loop used to be asked for anew each time. The system hands out \
        pages of 4 KB that it maps and clears when they are first touched: sixteen thousand interruptions. exp of 16 million \
        numbers took 31 ms, of which the arithmetic was 4. Memory keeps dropped blocks for the next tensor of their size, at \
        most a gigabyte, and not for ever. From 2 MB on it asks for huge pages, one interruption where there were 512. A \
        training loop asks the system for nothing after its first steps (a test counts). Memory.release() gives back what is \
        kept.
        A convolution (chapter 3.2) is a matrix product: a row of A is what the window sees at one place of the image, a \
        column of B a kernel. The usual way is to write A down ("im2col") and multiply. But A has nearly as many copies of \
        each pixel as the window has taps: for 64 maps of 13x13x32 and 3x3 taps 8.9 MB where the maps have 1.4, written and \
        read again for each of the three products of a training step, and all of it only to rearrange. What the kernel of \
        the product needs of A is not a matrix but the addresses of its rows. And in memory a row of A is a few runs of \
        neighbouring numbers: channels lie side by side, and so do the pixels of a row. So the tile is given the places \
        where its windows stand, and passes from run to run (WindowProduct):
        It is the same tile as the matrix product's, and what is copied is the kernel, which is small, into panels. The same \
        loop makes all three products of a training step; only what is a row and what is a run changes:
        to the kernel a row is one tap of one channel, and a run is a row of pixels: the sum runs over the image. The images \
        of a batch are divided into at most sixteen shares, which depend on nothing but their number, and the shares are \
        added in order: the same bits on any number of threads.
        On two cores of an AVX2 machine (Zen 3), for that layer of 64 kernels on 64 maps of 13x13x32 (learn bench \
        conv-forward conv-input conv-kernel; two runs), beside the ceiling of the same run:
        The first layer of a network, with one channel, has nine multiplications for each number it writes. There memory is \
        the limit, not arithmetic: on one core it reached some 60 GFLOP/s forwards, of a ceiling of about 100.
        The edge. Beyond it there are zeros, which need not be multiplied (except for the kernel's gradient, where each tap \
        has other pixels and an image is first copied into a frame of zeros). Pixels are grouped by the taps through which \
        they see something. Where most pixels lie at the edge, and few of them share their taps, the product is computed tap \
        by tap instead, each for all pixels that see something through it: for the gradient of 13x13 inputs from 11x11 \
        outputs every product that is not zero, and no other, is computed, 28 % fewer than with a frame of zeros.
        Few channels in the result. The gradient of a grey picture has one, and fifteen lanes of a vector would stay empty. \
        There the vectors run along the window, and their lanes are added up at the end, those of sixteen pixels together in \
        fifteen steps of two shuffles and an addition.
        Channels by themselves (depthwise) lie side by side in vectors from beginning to end; there is no product to speak \
        of, and memory is the limit.
        A loop that adds single numbers waits for each addition. Four vectors of sums do not: 64 additions are under way. \
        But a long sum also loses digits: what is added falls below the last place of a total that has grown large. So a sum \
        is taken in runs of 64 additions a lane, and the totals of the runs are added with compensation (Neumaier 1974), \
        which computes what each addition rounds away and carries it along. That is five operations more for every 256 \
        vectors, which nobody can measure, and ten million tenths come to a million.
        For threads, a sum is cut into blocks of 256 KB, whose sums are added in order. The blocks depend on the number of \
        elements alone: the result is the same on one thread and on ten. Rows are summed each by itself. Columns are summed \
        eight vectors at a time, 512 neighbouring bytes of each row, because one vector at a time would fetch a line, use \
        it, and leave its neighbours for later. Of a tall matrix threads share strips of rows, 256 KB or 64 rows each.
        A loss and its gradient go through the same numbers, and most of the work is in common. mapAndSum is one pass with \
        two results:
        For 4096x4096 numbers that is 3.5 ms on two cores; before, it was 119. The largest lane of a vector, and the sum of \
        its lanes, are found by halves: the vector interleaved with itself has its lower half twice in one vector and its \
        upper half twice in another; four such steps leave one value.
        What was tried and does not matter here: checks of array bounds in a loop that waits for memory (rung 2), and \
        subnormal numbers: sums and multiply-adds of them are as fast as any on this processor, products up to twice and \
        quotients up to three times slower.
        A product is the more efficient the larger it is, until it fills its core, and two threads are worth having from \
        about 100 rows and columns on:
        A training step has two parts. One grows with the batch, the products; the other does not, moving and changing the \
        weights. So few examples cost nearly as much as many, and the share of each example falls until the products rule:
        With the width of the layers most weights grow in proportion, those between two hidden layers with the square:
        Ratios, in one run. A time says something about a machine on an afternoon. Compare two ways in the same process, \
        turn by turn, and take the ratio of the medians; what slows one down then slows the other. For a kernel alone the \
        shortest of many runs is better still: nothing makes a run shorter than it is. The test SpeedTests does that, with \
        bounds so wide that only a fall from the cliff breaks them.
        Warm or cold. The second run finds its numbers in the cache, the first does not. Decide which one your program is.
        Count first. Operations divided by time, against the one ceiling; bytes divided by time, against the other. At 80 % \
        of one of them one is done; at 5 % of both something of the list above has happened.
        Then look at the machine code. Each rung of the ladder is a function of its own in it:
        What to look for, in the innermost loop: names that end in ps are vectors of Floats (pd of Doubles) and in ss single \
        ones; zmm are the registers of 64 bytes, ymm of 32, xmm of 16; vfmadd multiplies and adds; (%rsp) beside an \
        arithmetic instruction is a number that found no register; call is what should not be there. In rung 7 the loop has \
        eight vfmadd231ps on zmm, and nothing but loads beside them. (On arm64 the registers are v0 to v31 and the \
        instruction is fmla.)
        Un\u{73}afe code, and code on several threads, can be wrong and still pass its tests. Two instruments of the compiler see \
        more: the address sanitizer every access outside of a block or after its release, the thread sanitizer every pair of \
        accesses that nothing puts in order.
        What is grid-like need not have two axes. A sound, a series of measurements, a text are grids with one, and a kernel \
        that slides along it finds what it looks for at any time.
        Stride s, dilation d, padding p and groups are as in Conv2D, of which this is the case of a single row; of an \
        explicit padding only left (before) and right (after) count.
        A layer with the given weight and bias. Traps if they do not fit together.
        A fresh layer: random weights, zero biases. Traps if the channels cannot be divided into so many groups.
        Each output of each channel is a sum of as many products as a kernel has weights.
        A convolution layer slides small kernels over the input. At each place the output is the dot product of a kernel \
        with what the window sees there; the outputs of one kernel, place by place, are a feature map. Since the kernel is \
        the same everywhere, a feature is found wherever it is, and there are few weights to learn: 3x3 for a kernel on a \
        grey image, however large the image.
        s is the stride, d the dilation, p the padding before (each for rows and columns), and x is zero beyond its edge. \
        Channels may be divided into equal groups: outputs of a group see its inputs only; with as many groups as inputs and \
        outputs each channel is convolved by itself (depthwise).
        As everywhere in deep learning the kernel is not turned round, which mathematics would call a cross-correlation.
        Each product of the sum has a share in two gradients. An input is seen through every tap (u, v), each time by \
        another output; a weight is used at every place:
        Each output pixel of each channel is a sum of as many products as a kernel has weights.
        A convolution is a linear map, so it has an adjoint, which goes the other way, from feature maps to images: every \
        output of the convolution is scattered through the kernel to the inputs it came from. It is how the gradient goes \
        back through a convolution layer. As a layer of its own it makes images larger: a generator (chapter 3.5) or a \
        decoder (chapter 3.6) begins with a small map of many channels and ends with a picture. Nothing new has to be \
        derived: forward and backward of the convolution change places.
        Rows and columns that are added at the bottom and on the right. A convolution with a stride makes the same size of \
        several; this says of which. Smaller than the stride.
        With a stride, an output sees its inputs through one of stride x stride taps only.
        Each input pixel of each channel is multiplied with every weight of a kernel.
        A fresh layer of Float, so that ConvTranspose2D(64, 1, kernel: 4, stride: 2, ...) needs no type to be written.
        Neighbouring pixels of a feature map say nearly the same. If single ones are dropped, their neighbours tell all the \
        same what was there; so whole maps are dropped.
        Sets whole channels of an example to zero at random while training, each with probability p, and enlarges the others \
        by 1/(1 - p).
        At the end of a convolutional network stand fully connected layers, which put together what the maps have found. \
        They take a row of numbers for each example, so the maps are laid out in one: flattening. The numbers stay the same.
        While a network trains, the inputs of each layer change with the weights of those before it. Normalization gives \
        them mean 0 and variance 1 at every step, so that a layer is not chasing what the others do, and then a scale and a \
        shift of its own, so that nothing is lost. Batch normalization takes mean and variance over the batch, for each \
        channel; layer normalization over the channels, for each pixel.
        The mean and the variance depend on every x, so there are three ways from x to L, and all three count:
        Normalization of Float, so that BatchNorm(32) needs no type to be written.
        A pooling layer makes feature maps smaller: of each window it keeps one number, the largest or the mean, channel by \
        channel. That costs nothing to learn, leaves less for the following layers to compute, and makes a network forgive \
        it if a feature lies a pixel further.
        Source: document A, 3.2.1; LeCun et al. 1990 (subsampling). Padding that does not count: Keras.
        A window must not lie in the padding altogether: there would be nothing to take the largest or the mean of.
        A neuron of the first convolution layer sees a few pixels. One of the second sees, through those, a few more: the \
        receptive field grows with every window, and the faster the larger the strides before it. What is done to each \
        number by itself, such as ReLU, leaves it as it is.
        How many pixels what one place sees and what its neighbour sees are apart.
        A layer whose output at a place depends on a part of its input. A network of such layers is one itself.
        The receptive field behind this layer, given that of its inputs. If not said otherwise, the same: a layer that \
        treats every number or pixel by itself.
        The part of the input image that one place of the output sees, at most: at the edge some of it is padding.
        What is not here: layers that make maps larger, of whose places not all see equally much; and what sees everything.
        At inference; while training every place also sees the whole batch, through mean and variance.
        Backpropagation finds how the loss changes with every weight, and on the way how it changes with every pixel. Asked \
        of the score of a class instead of the loss, that says which pixels the decision hangs on.
        The derivative is that of the network as it trains. So leave dropout out of a network that is to be looked at; and \
        with batch normalization in it, what is said of an image depends on the other images that are given along with it.
        To make feature maps larger without anything to learn, pixels are repeated, or what lies between them is \
        interpolated. Followed by a convolution that is the other way, beside the transposed convolution, from a small map \
        to a large picture.
        A straight line between the two nearest, along rows and along columns.
        Upsampling of Float, so that Upsampling2D(2) needs no type to be written.
        A convolutional network looks at an image through a small window, the same everywhere. Four things say how the \
        window moves: its size, how far it goes at a time, how far apart the pixels are that it looks at, and what it sees \
        beyond the edge. They decide how large what comes out is.
        What a window sees beyond the edge of an image: zeros, in pooling nothing.
        As much as makes the output as large as the input, divided by the stride and rounded up; half of it on each side, \
        and where that is odd, one more behind. It is what Keras does.
        So many before and after a sequence: before: (taps - 1) dilation, after: 0 looks back only (causal).
        Traps unless size, stride and dilation are at least 1 and padding is not negative.
        How the window slides over images of so many rows and columns. Traps, with the arithmetic, if nothing is left.
        How the window slides that makes so many rows and columns out of what its adjoint makes of them: the transposed \
        convolution's. See ConvTranspose2D.
        More examples than there are. A digit that stands a pixel further to the left is the same digit: an image that is \
        shifted a little is one more example, and costs nothing. While training each batch is shifted anew, so that a \
        network hardly ever sees the same image twice and cannot learn any by heart. The images for testing stay as they \
        are.
        The same images, all shifted by so many rows down and so many columns to the right; negative numbers shift up and to \
        the left. What is shifted out is lost, and zeros move in.
        The same images in the middle of larger ones, with margin rows and columns of zeros on every side.
        Each image in a picture of the given shape, as far from the upper left corner as its shift says; what lies outside \
        is lost, and where nothing lies is zero.
        Mini-batches: stochastic gradient descent looks at a few examples at a time, each example once an epoch and in a new \
        order every epoch.
        The examples of one epoch in random order, size at a time; the last batch holds what remains.
        The examples in their own order, size at a time: for measuring, where all at once would need much memory.
        A classification from measurements: whether a tumour is benign, from the shape of its cells under the microscope.
        30 measurements of the cell nuclei of 569 breast tumours, 357 of them benign and 212 malignant.
        Comma-separated values, the plainest way to write a table down: a line of column names, then a line for each row. \
        The format is that of RFC 4180 (Shafranovich, 2005): a field may stand in quotes and may then contain commas, line \
        breaks and, written twice, quotes. Here it is read into text; Table makes numbers of it.
        Lines may end in LF, CRLF or CR, the last one in nothing; a byte order mark is passed over, and so are lines without \
        any character. Fields are kept as they are written, blanks included.
        One row: its fields and the line of the file it starts at, counted from 1.
        The offset of the first byte that does not continue a valid UTF-8 text, or nil.
        A field without quotes: everything up to the next comma or the end of the line.
        A field in quotes, in which commas and line ends are text and two quotes stand for one.
        The place in the line, counted in Unicode scalars from 1: bytes 10xxxxxx continue a scalar.
        A time series with a trend and a season: the air over Hawaii, in which the breath of the northern forests is seen \
        every year and the burning of coal and oil over all years.
        Atmospheric carbon dioxide at Mauna Loa, monthly means from March 1958 to December 2001, gaps interpolated.
        The table itself: the text column month ("1958-03") and the column ppm, parts per million by volume.
        What can be wrong with a file of data, as one type. Data comes from outside: a file may be missing, cut short, in \
        another format or made to do harm. Nothing of that stops the program; every reader of this module throws one of the \
        cases below, whose sentence names the file, the place in it and what to do.
        Why a file of data could not be read. description is a sentence for the person who chose the file.
        Lines are counted from 1, bytes from 0. file is the path as it was given; where bytes are counted in the unpacked \
        content of a gzip file, file ends in ", unpacked".
        The quote opened at line, column (counted in characters from 1) is not closed before the file ends.
        A quote stands inside an unquoted field, or text follows a closing quote.
        The record that starts at line has another number of fields than the header.
        The header, which ends at offset byte, announces more bytes of data than the file can hold.
        The content of the file at path; what goes wrong is told as a DatasetError.
        A regression: how far a disease has progressed after a year, foretold from ten measurements at its beginning. Half \
        of what happens cannot be known from them, whatever the model.
        Ten measurements of 442 diabetes patients and the progression of the disease a year later.
        Handwritten digits, the smallest honest picture problem: 8 x 8 pixels are enough to tell them apart, and few enough \
        to train on in seconds.
        How the drawn pictures of this module come about: a picture is a formula that gives every point of the plane a shade \
        of grey. A pixel shows the mean over its square, taken at 4 x 4 points (anti-aliasing by supersampling): edges are \
        smooth, and what moves by a tenth of a pixel changes its picture.
        A point of the plane. A picture shows the square -1...1 x -1...1, x to the right and y upwards.
        A coordinate frame of its own: shifted to centre, turned counterclockwise, with a unit of length for each axis.
        count classes in random order, each as often as any other or once more.
        Traps unless there is at least one picture to draw, of at least smallest pixels a side.
        Vowels as points in the plane: the first two resonances of the mouth, the formants F1 and F2, tell most vowels \
        apart, but men, women and children have mouths of different lengths, and the clouds of neighbouring vowels overlap. \
        Drawn from a distribution that is known exactly, such points have a best classifier that is known exactly too: here \
        a network's accuracy can be held against the highest that is possible.
        Formant frequencies of the ten vowels of American English, and points drawn from them.
        The model: for each vowel and group of speakers, (F1, F2) is normally distributed in two dimensions with these \
        means, deviations and correlation; men, women and children take part as they did in the study, 33 : 28 : 15. \
        Normality is an approximation; the best classifier of the model's points is right for 77.4 % of them, and for 78.0 % \
        of the study's 1,520 utterances.
        The ten vowels in the International Phonetic Alphabet, in the order of their classes.
        The vowel to which (F1, F2) most probably belongs. No classifier is right more often for points of sample (Bayes' \
        decision rule; the vowels being equally likely, the largest density decides).
        For each vowel the clouds of men, women and children, as in the table.
        Gzip: the envelope around compressed data (RFC 1952, Deutsch 1996). A .gz file is one or more members, each with a \
        header, a stream for Inflater, and at its end a checksum and the length of what was packed, by which damage shows.
        The most that a file may unpack to where nothing smaller is known: 1 GiB.
        The most that one compressed byte can unpack to: a pointer of two bits copies up to 258 bytes.
        Unpacks a gzip file of one or several members and checks each one's checksum and length.
        The first count bytes of what a gzip file's first member unpacks to, or fewer if it holds fewer. Nothing behind them \
        is read or checked.
        Checks the header of a member (section 2.3) and returns the offset of the compressed data behind it.
        The name under which errors mention this file; of a gzip file it ends in ", unpacked".
        Reads the file at path, plain or packed by gzip; which of them it is shows in its first bytes.
        Reads the bytes of an IDX file, plain or packed by gzip; file is the name that errors mention.
        Reads the header; available is the most that header and elements can measure together.
        The stream is a sequence of blocks of three kinds: stored as they are, with a code fixed by the standard, or with a \
        code of their own that stands, itself compressed, at the block's start. Every number of a damaged or hostile file is \
        checked before it is used, and the output never grows beyond a limit set by the caller.
        Unpacks one stream of compressed data (RFC 1951) that lies within a file.
        What to do when the output has reached the limit but more would follow.
        Unpacks the stream and returns the offset in the file of the first byte after it; with .stop, the offset may lie \
        anywhere in the stream once the limit is reached.
        A stored block (section 3.2.4): its length, the length's complement, the bytes.
        A compressed block (section 3.2.3): literal bytes and pointers back, up to the symbol 256.
        Byte by byte, because the copy may overlap what it copies: distance 1 repeats the last byte.
        The codes at the start of a block that brings its own (section 3.2.7). A code is given by its symbols' lengths \
        alone; the lengths are written with a code of their own, whose lengths come first.
        The shortest length that the symbols 257 ... 285 stand for, and how many further bits add to it (section 3.2.5).
        The shortest distance that the distance symbols 0 ... 29 stand for, and how many further bits add to it.
        A Huffman code, told by the lengths of its code words alone: words of one length are consecutive binary numbers in \
        the order of their symbols, and shorter words come before longer ones (section 3.2.2).
        Most words are short, so the next nine bits of the stream index a table that holds symbol and length at once. A \
        longer word is found by counting: among the words of each length, the first one's number and their count tell \
        whether the bits read so far are one of them.
        Returns nil if the lengths are not those of a code in which every sequence of bits has a meaning. The standard \
        allows two exceptions, a single word of one bit and, for distances, no word at all; not so for the code of the code \
        lengths.
        Enters a word at every index of the table whose first length bits are that word. Streams hold a word's first bit \
        lowest, hence the reversal.
        The code fixed by the standard for literals and lengths (section 3.2.6).
        Bits taken from bytes but not yet used, the next one lowest; zeros above.
        Takes bytes until at least 48 bits are available or the file ends: enough for any symbol and its further bits.
        The next count bits without using them; zeros where the file has ended.
        The oldest data set of all that are still in use: three species of iris, told apart by four lengths.
        The lengths and widths of sepals and petals of 150 irises, 50 of each of three species.
        Source: R. A. Fisher (1936), The use of multiple measurements in taxonomic problems, Annals of Eugenics 7, 179-188; \
        UCI Machine Learning Repository, doi:10.24432/C56C76. Terms: Creative Commons Attribution 4.0 (CC BY 4.0).
        The table itself: four lengths in centimetres and the text column species.
        Examples with their answers: what a network is trained on. An answer is a class (an Int) or a vector of numbers (a \
        row of a Tensor); for both, one type holds the data set, its two parts after a split, and every mini-batch.
        What can stand on the answers' side of a data set: a list of which rows can be picked.
        Targets of a regression, one slice along the first axis for each example.
        The images and labels of MNIST, Fashion-MNIST, or a set of one's own in the same files.
        Which data set the files hold, told by its first labels: "MNIST", "Fashion-MNIST", or "images like MNIST".
        The files have their usual names: train-images-idx3-ubyte and train-labels-idx1-ubyte for training, \
        t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte for testing; the hyphen before idx may be a dot, and .gz may \
        follow.
        One of the two sets, or nil if the folder has neither its images nor its labels.
        Images and labels together, once it is sure that they are such and belong to each other.
        What only time tells: short clips of a disc that moves in one of eight directions. A single frame shows where the \
        disc is and nothing of where it goes; a network has to compare frames.
        Clips of a disc that moves over a noisy background, labelled with the direction.
        The picture is a torus: what leaves it on one side comes in on the other. Therefore no single frame tells the \
        direction. The disc starts at a place that is uniform on the torus, and uniform it stays wherever and however fast \
        it moves; so its place in any frame, and with it the frame, is distributed alike for all eight directions. Radius, \
        shade, speed and noise do not depend on the direction either.
        The disc's radius is 2 to 3.5 pixels, its speed 1 to 2.5 pixels a frame. It is as often brighter as darker than the \
        background, which is 0.5, by the same amounts, 0.25 to 0.5: the mean over many clips is an even grey in every class.
        The way from frame to frame in pixels, along the rows (down is positive) and the columns (right is positive).
        Draws the clips of make(count:size:frames:noise:random:) with what is known about them.
        Medical images without patients: drawn sections through a head, in half of which there is something that should not \
        be there. What a classifier looks at can be held against where the lesion really is, and what a denoiser removes \
        against the scan without noise: neither is known of real scans.
        Phantoms of the head after Shepp and Logan, no two alike, half of them with a lesion.
        Where a lesion is: a round blob that adds contrast to the brain, clear of skull and ventricles.
        Its radius is 0.1 to 0.17 of half the picture's width: 1.6 to 2.7 of 32 pixels. It is as often brighter as darker, \
        by the same amounts, 0.15 to 0.2; the ventricles are at least as dark, and the skull is brighter. So neither the \
        mean of a scan nor its darkest or brightest pixel tells whether there is a lesion.
        The centre in pixels; the centre of the first pixel is row 0, column 0.
        The same with Gaussian noise. Not clipped: that would make what is dark brighter on average.
        Draws the scans of make(count:size:noise:random:) with what is known about them.
        An ellipse of the phantom: a circle of radius 1 in a frame whose units are its half axes.
        The phantom: what an ellipse adds (in tenths, so that sums are exact), half axes, centre, and angle in degrees.
        The skull is the head itself; the brain leaves some of it on all sides.
        A lesion anywhere in the brain, at least 0.04 away from skull and ventricles.
        Whether a circle, looked at in 24 points, lies in the brain and outside of the ventricles.
        A network that is judged by the examples it has learned from is judged too well. So a part of the data is put aside \
        before training, chosen at random; for classes, chosen so that both parts have the same share of each.
        Puts a random part of the examples aside for testing, with the same share of each class.
        The whole number of test examples is that of split(testFraction:shuffledBy:). Each class gives its exact share \
        rounded down, and the examples that are then missing come from the classes with the largest remainders (Hamilton's \
        method); so each class differs from its exact share by less than one example.
        Shifts and scales each feature to mean 0 and standard deviation 1, and back.
        The mean of equal numbers may be rounded, so that their variance is not exactly 0.
        A time series with a period that is not quite one: the sun's spots come and go in about eleven years, never twice in \
        the same way.
        Source: National Geophysical Data Center, National Oceanic and Atmospheric Administration (NOAA). Terms: public \
        domain.
        A table of real measurements: named columns, most of them numbers, some of them text. All tables of this module are \
        read by it, and so is any CSV file of the reader's own.
        A table with named columns of numbers and, where the data have them, of text.
        The numbers and texts of a CSV file; textColumns names the columns that are not numbers.
        The numbers of the column name, one for each row. Traps if there is no such column.
        The text without blanks and tabs around it: some programs line up their numbers with them.
        Pictures as a camera on a car might give them: traffic signs, turned, out of focus, half hidden and with noise. Each \
        disturbance has a strength of its own, so that one can measure what a classifier endures, and what it learns to \
        endure from disturbed examples.
        Eight traffic signs in grey, after the Vienna Convention on Road Signs and Signals (1968).
        Every picture varies a little even when it is not disturbed: the sign's radius is 0.68 to 0.8 of half the picture's \
        width, it is shifted by up to 0.06 of that along both axes, the background is a gradient of random level and \
        direction, and the contrast of the whole picture is 0.6 to 1.
        How strongly the pictures are disturbed, in each of four ways; what is not mentioned is 0.
        The largest angle in degrees: each sign is turned by -rotation...rotation. 0...180.
        The largest standard deviation of the Gaussian blur in pixels: each picture is blurred by 0...blur. 0...10.
        The share of the picture that a rectangle of random place, sides and shade covers. 0...0.5.
        The standard deviation of Gaussian noise, which is added last and not clipped.
        The same random gives the same signs, more or less disturbed, whatever the strengths are: two results differ in the \
        disturbance alone.
        The signs in the order of their classes: shapes of one shade each, painted one over the other. A sign fills the \
        circle of radius 1.
        The points that are no further than radius from the line from start along way.
        A regular polygon with a corner in the direction pointing; without it, a side lies at the top.
        A word in the middle of a sign, written with strokes in letters of height x width.
        The lines of a letter of height and width 1, drawn from corner to corner.
        A sign painted once and finely, in which the pictures look up: faster than to ask every layer at every point.
        The square -1.1...1.1 x -1.1...1.1 by rows from below; not a number beside the sign.
        How a sign is seen: where it stands, in what light, what hides it, and how sharp the picture is.
        By chance. All numbers are drawn whatever the strengths are, so that the same random gives the same view.
        A square picture convolved with a Gaussian, first along the rows and then along the columns; beyond the edges the \
        outermost pixels go on.
        In which language is a word? A question for recurrent networks: the answer is in the sequence of letters, in "sch" \
        and "ough" and "zione", and no single letter decides it.
        Written for this project from general knowledge of the languages; dictionary words in lower case with their \
        diacritics, no names. Every word is in one list only: what would have stood in two of them, such as "hand", is in \
        neither. Terms: those of this project.
        The benchmark: the machine's ceilings, then every case that was asked for.
        Cases to measure, on how many threads, and what to hold the result against.
        The largest number of threads: one for each processor that the program may use.
        The same cases under the same names can be timed in other frameworks (see PeerTimes), with data of the same kind: so \
        they are what those do too, a fresh tensor for every result and a whole training step, forward, backward and update.
        Floating-point operations; a multiplication and the addition after it are two.
        Makes the data, and returns the step that is timed. The step returns a number of its result.
        One of the three products of the second convolution of the training step cnn.
        One row over and over, which is made faster; nothing here is faster with it.
        The result of a benchmark, as tables for people and as JSON for programs.
        The milliseconds of each peer that has any for this case; nil if there is nothing to compare with.
        Billions of operations, or of bytes, in a second; nil for a training step.
        What the rate is of the machine's ceiling for this kind of work; nil for a training step.
        It may exceed 1: for bytes the ceiling is that of copying, and only to read can be faster.
        A time alone does not say whether it is good. Two things limit everything in this book: how many multiplications and \
        additions the cores can do in a second, and how many bytes pass between them and the memory. Both are measured here, \
        each by a loop that does nothing else; what a matrix product or an exponential reaches of them says how much is left \
        to gain.
        The machine's two limits, on so many threads at the same time: of each the median of several repeats, as of \
        everything that is held against them.
        Billions of floating-point operations in a second; a multiplication and the addition after it are two, fused or not.
        Billions of bytes in a second, read and written together, copying between arrays that no cache holds.
        Only the run knows these numbers, so that the compiler can compute nothing beforehand.
        Of each array 128 megabytes, or 32 for each thread if that is more, in pieces of 16.
        A fused multiply-add takes four clock cycles or so, and a core begins two (of 64 bytes; narrower ones up to four) in \
        each. It is fully used only if enough of them do not wait for each other: one for each accumulator is on its way.
        They come as a file, one line for each time: torch mlp 2.3100 ms. Whatever else a framework printed between them, \
        such as warnings, is passed over. Absolute times say little, because machines differ and are not always equally \
        busy: measure both on one machine, one right after the other, and compare.
        How long other frameworks ("peers") take for the cases of the benchmark.
        Why a file of peers' times cannot be used, in a sentence for the person who named it.
        A single measurement says little: the first run finds its data in no cache, and what else the machine does can only \
        add to any of them. So a step is repeated, after a warm-up that does not count. The median is what it usually takes, \
        and the spread says how far the repeats are from agreeing.
        Half the distance between the quartiles, as a share of the median: half of the repeats lie within about so much of \
        it. A few repeats that were disturbed do not move it.
        A repeat lasts at least so long: to read the clock takes some tens of nanoseconds.
        Times a step: a warm-up of a tenth of the budget, one step at least; then repeats until the budget is used up, five \
        at least. A repeat of a very short step is many of them, one after the other.
        Training steps to time: the four lines of every training loop in the book, on one batch that is ready in memory.
        A classifier of images of 784 pixels into ten classes, with two hidden layers of width and half as many neurons.
        A classifier of images of 28x28 pixels that finds features in two layers of convolution.
        A step of a classifier into ten classes, with random labels for its images.
        A convolutional network learns to read handwritten digits, and shows what it looks at. (A3.2.3-1)
        The images as the network is given them: digits of 8x8 pixels fill their picture to the edge, and with a margin of \
        two pixels nothing is cut off when they are shifted.
        The network for images of some rows and columns: convolution, ReLU and pooling, twice, and a fully connected layer.
        Trains the network on images that are shifted a little anew in each epoch, and measures it on those it has not seen.
        The same network without dropout, with the trained weights: for looking at.
        Tells how the network learns to read, what it reads wrongly and what it looks at.
        Some images, each above the pixels on which the score of its class hangs.
        A convolution word for word as it is defined: for each place of the output and each of its channels the dot product \
        of a kernel with what the window sees there. Six loops, and nothing clever.
        With groups, an output channel sees only the input channels of its own group.
        How many places a window has along an axis of n pixels, and how many pixels of padding lie before the first.
        How far the convolution layer is from its definition at most, over random sizes, strides, paddings, dilations, \
        groups.
        Sobel's two kernels: how fast an image becomes lighter to the right, and upwards. Channels of one convolution layer.
        What Sobel's kernel says along a row of an image that is dark on the left and light from column 4 on.
        How many numbers of the maps differ in any bit, if an image is shifted, from the shifted maps: of the maps of two \
        convolutions, and of what pooling by 2 makes of them if the shift is one by 2 pixels or more.
        Compares shifted, which should be original moved by so many rows and columns, where both can be seen.
        Trains the same two convolutions with pooling and without on a few digits, and measures them on all others.
        How many numbers flattening and arranging again changes, of some random maps.
        The gradient check of a network with all that a convolutional network has, from the image to the scores.
        How a convolutional network works: forwards, how far it sees, backwards. (A3.2.2-1 to 3)
        A network for 28x28 pixels: convolution, activation and pooling, twice, and a fully connected layer.
        The same with every weight made positive, so that no two ways cancel each other.
        The gradient of one place of the output with respect to every pixel, and the size of the part that is not zero.
        The largest relative error of any gradient of the chapter's layers, and how many numbers were compared.
        What a convolutional network saves, and what it finds by itself. (A3.2-1, A3.2-2)
        A convolutional network for digits on a canvas of 12x12 pixels. The pooling keeps of every map the largest number, \
        wherever it stands: whether a feature is there, not where.
        The same with a fully connected layer in place of each convolution, between maps of the same sizes.
        The classifier of chapter 3.1, with the canvas for its input: 144-128-10.
        The parameters of a network, and the multiplications that it makes for an image of the given shape.
        A convolutional and a dense network, trained on the same digits in the middle of a canvas.
        The held-out accuracy if all digits are shifted by 0, 1, 2 pixels: the mean of up, down, left and right.
        Trains both networks on digits that are not shifted, and measures them on digits that are.
        Maps of digits, of which poolingxpooling pixels each keep the largest, as a row of numbers.
        How well digits are read from the maps of different kernels, by one and the same linear classifier.
        Trains a linear classifier on the maps of fixed kernels, and another together with its kernels.
        A held-out digit in its place and moved to the right, and what both networks read.
        The story follows the chapter: what a convolution saves and finds, its layers, the whole network, and what it is \
        used for. Each section measures a claim of the chapter; the functions that measure stand in the other files of this \
        folder, and the tests call the same ones.
        Runs the chapter: what is shown, the trainings, the figures beside their claims, the pictures.
        How the classifiers of chapter 3.2 are trained and asked: one loop for all of them.
        Trains a classifier batch by batch, with steps that become smaller along a cosine.
        What a network says of many images, some hundreds at a time, so that the maps of all need not be in memory at once.
        What convolutional networks are used for beside digits, on drawn data: scans, traffic signs, short clips. (A3.2.3-2)
        The data are drawn, not photographed: what is in them is known exactly, and real ones are harder.
        Three convolutions with pooling and a fully connected layer, for scans of sizexsize pixels. Behind each convolution \
        stands batch normalization: a lesion differs little from what is around it.
        The share of scans with a lesion in which it is found, and of healthy ones that are called healthy.
        Of the found lesions, how often the pixel on which the score hangs most lies within two radii of the lesion.
        The accuracy of a network on signs, against how strongly they are disturbed.
        Rotated, out of focus and partly hidden at the same time, as in training.
        Trains a network on disturbed signs, and measures it against each disturbance by itself.
        The accuracy in which of eight directions something moves, from three frames and from a single one.
        Layer upon layer the data become simpler, and the cost grows no faster than the data. (A1-1, A1-2)
        Two spirals of one and a half turns wound about each other, of radius 4, with noise of deviation 0.08: points of two \
        classes that no straight line can separate.
        How well a linear classifier does on given features: trained on some, measured on others.
        What a linear probe reads from the raw input and from the two hidden layers of one trained network.
        The slope of log cost against log size, by least squares: 1 if the cost grows linearly.
        A training step of a 784-width-10 network on batch random images, to be repeated.
        The processor's time for a training step for each size of batch and of hidden layer, in milliseconds.
        The sizes take turns, so that a machine that becomes slower does so for all of them; of each the fastest turn \
        counts, because what else the machine does can only add to it. Time in which the processor did something else is not \
        counted.
        Trains a network with one hidden layer on images and measures it on those it has not seen.
        MNIST has twelve times as many pixels: more neurons, more of them dropped, and fewer passes over more examples.
        The story goes from what a network is to what it can do. Each section measures a claim of the chapter; the functions \
        that measure stand in the other files of this folder, and the tests call the same ones.
        Runs the chapter: what is shown, the training, the figures beside their claims, the pictures.
        What a feedforward network is and how it learns, measured. (A3.1-1 to A3.1.2-6)
        Each function measures one claim; tellPrinciples tells them in the chapter's order.
        How many of the digits get another output, in any bit, in company than alone: in a batch, in another order, after \
        other inputs.
        A network on the four measurements of iris flowers with 0, 1 or 3 hidden layers.
        The iris flowers, every measurement with mean 0 and deviation 1, a third put aside for testing.
        How many parameters of a fresh network have no gradient, and how many do not move in one step of training.
        How far three layers without activations are from the one affine map that their weights compose.
        The four cases of exclusive or: true if exactly one of the two inputs is.
        The gradient with respect to the score z of a sigmoid whose answer should be 1, for both losses.
        The largest relative error of any gradient of any layer and loss of the chapter, and how many numbers were compared.
        The loss on the digits after every epoch, for each optimizer from the same start with the same batches.
        What feedforward networks are used for: speech, tables, language. (A3.1.3-2 to 4)
        The mean held-out accuracy on the breast-cancer table over some splits.
        Learns to tell the language of a word from its letters, pairs and triples of letters.
        Every run of one to three letters that occurs in the known words, with marks for the beginning and the end.
        The images that the chapters' runs learn to read, and what a run shows of it: chapter 3.1 reads them as rows of \
        numbers, chapter 3.2 as pictures.
        The parts for training and for testing: as the files give them, else a shuffled stratified 80/20 split.
        How many images there are and which of them are for testing, in a sentence.
        After each epoch: the mean loss in training, and the held-out accuracy.
        Shows the losses of some trainings, and of the first of them what it reads wrongly.
        First what the machine can do at most, then how a plain product of matrices becomes one that comes near to it, then \
        how the cost of the book's work grows with its size. What is measured here is true of the machine it is measured on, \
        at the moment; so it is shown, and no claim hangs on it.
        Runs the chapter: the ceilings, the ladder of matrix products, cost against size.
        The numbers of threads that are compared: one, and as many as there may be.
        The ladder of matrix products, each rung held against the ceiling of all threads.
        The product of the book for matrices of every size, on one thread and on all.
        The training step of a network for growing batches, and for growing layers.
        Billions of operations in a second, for the product of two square matrices.
        What a run of a chapter has in common with every other: it tells a story, shows pictures, and holds what it measured \
        against what the chapter claims.
        Passes over the training images, in place of the chapter's own number.
        A folder with MNIST or Fashion-MNIST files to learn instead of the embedded digits.
        Why a run could not be finished, in a sentence for the person who started it.
        Tells a chapter's story on a terminal, writes its pictures, and collects what was measured.
        Held while a file is written, so that whoever ends the program early can wait for it.
        Why there can be no folder at path: the first thing on the way to it that is not a folder open for writing.
        Tells how many claims were met and in what time, and gives the report of the run.
        The lines of a paragraph, broken between words to a width; a longer word has a line of its own.
        Without them a network of any depth would be one affine map: a product of matrices is a matrix. An activation bends \
        every number on its own, and that lets a network approximate what is not straight. Sigmoid and tanh are the \
        classical ones; ReLU, which does not flatten out on its positive side, made deep networks trainable.
        In each layer below, the first comment is the function and the second its derivative, y standing for the output \
        where that makes the derivative simpler; g is the gradient of the loss with respect to y.
        .zero is a vector of zeros. Compared with the number 0, vectors go lane by lane, a hundred times slower.
        To train a classifier, leave this layer out and give the scores (logits) to softmaxCrossEntropy, which joins the two \
        without losing digits.
        Where the loss has a cliff, its gradient is enormous, and one step along it undoes what many have learned. Clipping \
        bounds the step.
        The length of this gradient: the square root of the sum of squares over all parameters together.
        Every output is a weighted sum of all inputs plus a bias; training adjusts the weights and biases. For a batch of \
        inputs, one in each row of x, all the sums together are one matrix product.
        While training, every element is set to zero with probability p and the others are enlarged by 1/(1 - p), so that \
        the expected value stays what it was. The network cannot count on any single neuron being there, which works against \
        overfitting. Inference uses all of them.
        Sets elements to zero at random while training. Source: Srivastava et al. 2014; scaled while training ("inverted").
        The layer holds its own random numbers: every forward draws new ones, a copy of the layer repeats the same.
        A derivative written by hand can be wrong and still train, only worse: nothing crashes, nothing warns. So it is \
        compared with what a derivative is, the change of the output when one number changes a little. That takes four \
        evaluations for every number, far too slow to train with and just right to test with.
        Where in the parameter; nil if the gradient has not even the parameter's shape.
        Of each tensor with a wrong gradient the worst number, and the mistake that typically makes such a pattern.
        Compares the backward pass of a layer, or of a whole network, with central differences, for every number of the \
        input and of every parameter.
        What is compared: a name, the analytic gradient, and the value as a function of that tensor.
        That nothing stays nothing says little: a zero is right behind a silent ReLU, whatever the derivative.
        If all weights were equal, all neurons of a layer would compute the same and learn the same for ever: so they are \
        random. If they were too large, signals would grow from layer to layer, and too small, fade. The right spread keeps \
        the variance of what passes through a layer: forwards it depends on the number of inputs of a neuron (fan-in), \
        backwards on the number of its outputs (fan-out).
        A feedforward network passes information one way: from the input layer through hidden layers to the output layer. No \
        connection leads back, so the output depends on the present input alone.
        A step of a network: a function of a tensor with parameters to be learned, and its derivative.
        A layer of your own writes down a formula and its derivative, and names its parameters:
        Inference: the output for an input, without chance and without memory.
        Training: the output and the way back. May advance the layer's own random numbers or running statistics; a copy of \
        the layer repeats the same step.
        The shape of the output for an input of the given shape, both with the batch axis in front.
        How many multiplications of weights and inputs the output takes, for an input of the given shape.
        The rows of a summary: one for a layer, one for each layer of a network.
        A layer's output, and the way from the gradient of a loss with respect to that output back to the gradients with \
        respect to the input and to the layer's parameters, which is a value of the layer's own type.
        A value with parameters to be learned: a layer, a network, or several networks that are trained together.
        What is learned, each with its name. Everything that deals with parameters goes by this one list: optimizers, \
        clipping, the gradient check, the summary.
        The same parameter seen from a larger layer that has this one as a part.
        The same layer with zero in every parameter: where an optimizer's moments begin.
        A loss measures how far a prediction is from the truth: zero, or as small as can be, for a perfect prediction and \
        larger elsewhere. Training makes it small. Each loss here returns itself and its gradient with respect to the \
        predictions, with which the way back through the network begins. All losses are means, over the rows of a batch for \
        cross-entropy with softmax and over all elements for the others, so that their size does not depend on the batch's.
        Huber's loss: squared where the prediction is near, straight where it is far, so that one outlier does not rule.
        Cross-entropy of softmax probabilities, from scores (logits) and class indices.
        Cross-entropy of softmax probabilities, from scores (logits) and target probabilities, whose rows sum to 1.
        Binary cross-entropy from probabilities, such as a sigmoid layer's outputs, against targets in 0...1.
        How good is a network? A loss is made to be trained with; these are made to be read.
        The accuracy: the share of rows, 0 to 1, whose largest score is that of the label. Traps without rows, or if a label \
        is no class.
        The gradient says in which direction the loss grows fastest; training goes the other way, a small step at a time. \
        Plain gradient descent does just that. The others remember earlier gradients: momentum, to roll through small bumps; \
        RMSProp, to give every parameter a step of about the same length; Adam, to do both.
        What Adam remembers: running means of the gradient and of its square, and how many steps they have seen.
        Dividing every element by a number costs more than multiplying by its inverse.
        A schedule is a function from the number of a step (or epoch), counted from 0, to a learning rate. The loop stays \
        visible:
        A network is a composition of functions: the output of one layer is the input of the next. Its derivative is the \
        chain rule: forwards the layers are passed first to last, backwards last to first, each turning the gradient with \
        respect to its output into the gradient with respect to its input. That is backpropagation.
        The type holds every layer's type: what fits together is known when the program is compiled, and nothing is looked \
        up while it runs.
        The layers as one composed layer; layers.second is the last, layers.first those before it.
        The place of the second layer in its row; the first may be a composition itself.
        A line of a summary: a layer, what comes out of it, how many numbers it learns, and how much it has to compute.
        The layers, the shape of what each gives, its number of parameters, and how many multiplications of weights and \
        inputs it makes for one example, as an aligned table.
        Bars beside each other: accuracies of methods, errors by class, counts.
        A chart of labelled values: a group of bars for each category, one bar for each series.
        Below negative bars a tenth more, where their labels stand; above the plot area there is room for labels.
        Wide enough for the values side by side and for names in one or two lines, within the width of a page.
        Vertical labels need no more than their height; bars thinner than that have none.
        The value at the end of a bar, on paper of its own so that no line strikes it through.
        The sheet on which figures are drawn: a value that remembers what was put on it, in order. Two back ends turn the \
        same marks into a file: svg() writes them as text, raster(scale:) paints pixels. Charts know this sheet only.
        A place on a canvas, in units of 1/96 inch, x to the right and y down; or a pair of numbers in a chart.
        The place at these fractions of the width (from the left) and of the height (from the bottom).
        The corners about centre of a shape with about the area of a disc of this radius; none for the disc itself.
        One line of text; point is on its baseline. A vertical text runs upwards.
        The two checksums of a PNG file: every chunk ends in a CRC-32, and the compressed pixels inside end in an Adler-32.
        The remainder of every byte value, so that eight bits are divided at a time.
        0xEDB88320 is the generator polynomial with its bits in reversed order.
        The cyclic redundancy check of ISO 3309 (PNG specification, third edition, section 5.5 and annex D).
        5552 is the most bytes whose sums cannot overflow 32 bits before the remainder is taken.
        The relative luminance, 0 (black) to 1 (white) (WCAG 2.2, definition of relative luminance).
        Black or white, whichever is easier to read on this colour: at luminance 0.179 both have the same contrast.
        The eight colours of Okabe and Ito ("Color Universal Design", 2008), which people with any of the common colour \
        vision deficiencies can tell apart; in an order that keeps the ones faint on white (yellow) for last.
        The colour of the series or class with this number; after eight they come again.
        Colours for numbers. A colour map must not invent structure: equal steps of the value should look like equal steps \
        of the colour. So the colours between the given ones are interpolated in OKLab (Ottosson, "A perceptual color space \
        for image processing", 2020), a space in which distance is close to perceived difference.
        Whether the middle of the map stands for zero, so that the value range is made symmetric about it.
        From dark violet through green to yellow: every sixteenth of viridis (van der Walt and Smith, matplotlib 1.5, 2015).
        From white to dark blue, for tables in which small values should stay paper: the lightness of OKLab falls evenly.
        From blue over white to vermilion (the ends are darkened colours of the Okabe-Ito palette); white is zero.
        The compressor inside a PNG file. DEFLATE (RFC 1951, Deutsch 1996) joins two ideas: LZ77 (Ziv and Lempel 1977) \
        replaces what was seen before by a reference to it, and Huffman codes (Huffman 1952) write what is frequent in few \
        bits. Here a table of hash chains finds the repetitions, and every block is written in the cheapest of the three \
        forms the format knows: stored, fixed codes, codes of its own.
        input as a zlib stream: two bytes of header, the DEFLATE data, the Adler-32 of the input (RFC 1950, section 2.2).
        0x78: method 8 with a window of 32 kB. 0x9C: default level, and makes the pair a multiple of 31.
        Lazy matching (RFC 1951, section 4): a longer match that begins at the next byte is worth a literal.
        Finds earlier occurrences of the bytes at a position: positions with the same hash of three bytes form a chain, \
        newest first.
        How many candidates are tried: more compress slightly better and take longer.
        The longest match of the bytes from position on; length 0 if there is none of three bytes or more.
        Only a candidate that agrees in the byte after the best length can be better.
        A slot is reused after 32 kB: a link that does not lead back is a stale one.
        The tables of RFC 1951, section 3.2.5: a length or distance is a symbol plus some extra bits.
        Length 258 has a symbol of its own, although the one before would reach it.
        Beyond 4 two symbols share each power of two; the bit below the highest tells which.
        A prefix code: for every symbol its length in bits (0: unused) and its bits, reversed for writing.
        Huffman codes are packed starting with their most significant bit (section 3.1.1).
        The best code whose words have at most limit bits, by package-merge (Larmore and Hirschberg 1990).
        Decoders refuse a code of fewer than two words, so unused symbols fill up.
        Code lengths are themselves written as symbols: 0...15 for a length, 16 repeats the last, 17 and 18 are runs of \
        zeros (RFC 1951, section 3.2.7).
        Bits packed into bytes, the least significant first (RFC 1951, section 3.1.1).
        A stored block holds at most 65535 bytes and begins on a byte with two lengths (section 3.2.4).
        The order in which the lengths of the code length code come: the rare ones last, so that they can be left out.
        A figure is described once, as a value, and rendered three ways: as SVG text for a page, as PNG bytes for everything \
        else, and as characters for a terminal. SVG and PNG share one drawing (canvas), so what is said about geometry is \
        said once; the terminal has so few cells that it lays the same data out in its own way.
        The figure in characters, lines separated by newlines, none wider than style.width columns.
        The figure as the bytes of a PNG file, scale pixels to a unit of length (2 suits today's screens).
        96 units make an inch of 0.0254 m (CSS Values 4, section 6.2), so the picture shows at its intended size.
        Writes the figure to a file whose name ends in .svg or .png; missing folders are made, and the file is replaced in \
        one step, so that no half-written picture is ever seen.
        Writes the figure to a file whose name ends in .svg or .png. See write(to path:).
        What can go wrong when a picture leaves the program. Everything else in this module is arithmetic and cannot fail; \
        only writing a file meets the world.
        Why a figure could not be written, as a sentence that says what happened, where, and what to do.
        The folder that should hold the picture does not exist and cannot be made, or does not accept files.
        The folder is fine, but this file cannot be replaced (it is a folder itself, or the disk is full).
        A matrix as colours: confusion matrices, kernels, activations, weights, attention.
        A chart of a matrix: one coloured cell for each value, row 0 at the top.
        The values with the first and the last colour; by default the least and the greatest value, and for a diverging map \
        the range about zero that holds both.
        The scale from value to fraction of the colour map; nil if no value is finite.
        Whole units, so that cells are equal; a matrix of more cells than a page has units is shrunk.
        Labels need 13 units each: where cells are smaller, only every so many cells have one.
        Without colours the shades show the value, not the lightness of its colour.
        Aligned numbers, coloured where there are colours; false if the terminal is too narrow for them.
        The blank before the number belongs to its cell; one more stands after the last.
        Many small images side by side: digits of a data set, samples of a generator, inputs above their reconstructions.
        A sheet of images in rows, with an optional caption under each and an optional label before each row.
        Lines over a common axis: losses over epochs, accuracies over training set sizes, a signal and its reconstruction.
        The points in the order in which they are joined; one that is not finite interrupts the line.
        A shaded band about the line: the lower and the upper end for each point, such as the least and the greatest of \
        several runs. Empty, or as many as there are points.
        A series of values at equal distances: the first at start, each next one step further.
        The scales that show all points that can be shown; nil if there are none.
        A series in fractions of the plot area: the unbroken pieces of its line, and all points that are within.
        On a logarithmic axis a band may reach down to zero, which is below everything.
        The line of the series with this number; after eight colours they come again, dashed.
        Cutting lines at the edges of the plot area, which is the square from (0, 0) to (1, 1).
        The parts of a line that are inside, each segment clipped by its parameters of entry and exit (Liang and Barsky \
        1984).
        How numbers are written: on axes, in tables, in cells and behind bars.
        With so many decimals, and a true minus sign; what is not finite in words.
        With four significant digits, in powers of ten where plain digits would be long.
        Scaling in two steps keeps within the range of numbers at both of its ends.
        The PNG file format (Portable Network Graphics specification, third edition, W3C 2025; ISO/IEC 15948): a signature, \
        then chunks of length, name, contents and checksum. Three chunks are needed: IHDR (size and kind), IDAT (the pixels, \
        filtered row by row and compressed), IEND.
        Section 5.2: the first byte and the line ends catch transmissions that are not clean.
        Section 11.2.1: 8 bits, colour type 0 (grey) or 2 (RGB), the only compression, the only filtering, no interlacing.
        Every row, preceded by the number of its filter (section 9.2). A filter replaces samples by their differences from a \
        prediction; the row takes the filter with the smallest sum of absolute differences, as section 12.7 advises.
        Length, name, contents, and the CRC-32 of name and contents (section 5.3).
        A picture as plain pixels, grey or in colour: what a data set gives, what a network generates, and what every \
        drawing becomes before it is written as PNG.
        Every block of factor x factor pixels averaged into one; what remains at the edges makes smaller blocks.
        The frame that line, scatter and bar charts share: title, legend, axes, ticks, grid, horizontal reference lines. It \
        measures its texts first, so that the plot area gets exactly the room that is left and no two labels meet.
        A horizontal line at a value to compare with: a baseline, a published result, chance.
        The width of the whole figure and the height of the plot area alone: legend and labels add to it.
        The reference lines and their labels, which stand in the right margin and keep clear of each other.
        Labels that would overlap form a block, which stands centred about the mean of their lines.
        The y coordinate of a value, on a whole unit so that horizontal lines are sharp.
        How far a training run is: a line that is drawn over and over for a person who watches, and a few plain lines for a \
        log file.
        A progress bar with the values of the moment, the rate and the time that is left.
        Tells that step steps are done, with values to show, such as the loss.
        A terminal is redrawn at most ten times a second; elsewhere there is one line for each tenth of the way.
        Carriage return and ECMA-48 "erase in line": the new line replaces the old one.
        Ends the bar with a line that says what was reached and how long it took.
        The last column stays free: some terminals wrap the line when it is written.
        Beside the texts there are two blanks, the ends of the bar, and at least six columns of it.
        The canvas as pixels. Every mark is first a mask, which says for each pixel how much of it is covered, and then one \
        blend of its colour through the mask; that is what makes edges smooth. Lines, letters and discs are covered by their \
        distance from the pixel's centre; polygons by counting finer rows.
        Covers all pixels within radius of the line through the points: a single point makes a disc.
        The part of the segment that can reach this row, as fractions of its length.
        The most, not the sum: where two segments meet, the pixel is still covered once.
        Covers the inside of a polygon (even-odd rule) by eight finer rows a pixel, each with exact ends.
        Stretches an image over a rectangle; every pixel takes the sample nearest to it.
        The canvas as SVG (Scalable Vector Graphics 1.1, W3C 2011): one element a mark. Text stays text, in the reader's own \
        sans-serif, so it can be searched, copied and read aloud.
        Enlarged by whole pixels first, for the sake of viewers that would blur the few pixels there are.
        The stroke is centred on the outline, so twice the width shows; painted first, it stays outside.
        Text that means itself in XML 1.0 (fifth edition, sections 2.2 and 2.4); characters that XML cannot hold become the \
        replacement character.
        From numbers to places on an axis: the range that is shown, the mapping into it, and the round numbers ("ticks") at \
        which it is labelled. Every chart, on paper and in the terminal, uses this one scale.
        Equal ratios have equal length; values that are not positive cannot be shown and leave gaps.
        A range of values and their places, 0 at its lower end and 1 at its upper.
        Beyond this, differences of two values may overflow; such values count as infinite.
        The place of a value, 0...1 within the range, or nil for a value that no such axis can show.
        The step of the form 1, 2 or 5 times a power of ten of which at most count fit into span.
        The ticks within the range, about as many as fit: at most count steps between labelled ones.
        Rounding the ends adds up to two steps, which still are the right ones.
        Fewer than two powers of ten in sight: 1, 2 and 5 times them, or else the ticks of a linear axis.
        Points in the plane, a colour and shape for each class, and behind them what a classifier says of every place: the \
        picture in which one sees a decision boundary.
        A chart of points by class, with optional decision regions behind them.
        A decision for every cell of a grid: row 0 is at the lower end of y, column 0 at the lower end of x.
        For every cell the two classes between which it lies and how far towards the second.
        The regions as an image, lightened so that points stand out, top row first.
        The scales: those of the regions if there are any, else room about the points; nil if there is neither.
        The letters of PNG pictures. A glyph is what a pen draws: strokes through a few points on a grid where capitals are \
        7 high, small letters 5, and descenders reach -2. The same lines that draw curves of data draw the letters, at any \
        size, which no table of dots could do. Widths follow Helvetica's, so that a layout measured here also holds for the \
        real fonts of SVG.
        A text as pen strokes, x from 0 to width, y upwards from the baseline, for a font of this size.
        The text broken at spaces into lines no wider than width; a word that is wider has a line to itself.
        One grid unit in a font of size 1: capitals of 7 units are 0.72 of the size high, as in Helvetica.
        A glyph in a line of text; superscripts and subscripts are shrunk digits.
        A letter with an accent: the letter, and the accent drawn above it (higher on capitals).
        Greek mu, delta, sigma also have code points of their own as units and operators.
        Where text goes: the only place of this module, with the progress bar, that writes anything.
        Whether a line can be drawn over: true for terminals that a person watches, false for pipes and files.
        A file handle; its style is found from the environment and from whether it is a terminal.
        Whoever closed the other end does not want to read, so that there is nobody to tell.
        The sheet of a terminal picture: cells of one character, each with its colours. Whatever is put beyond the last \
        column is cut off, so that no line can be wider than the terminal; and only here do escape codes come into being.
        Puts text into a row; what would reach beyond the column limit is cut off and marked by an ellipsis.
        How many columns and rows of pixels a cell pair stands for: half blocks hold two pixels above each other, all other \
        ways take two columns for one pixel, because a cell is about twice as high as wide.
        Puts an image: half blocks, or else coloured blanks, or else characters of more and more ink.
        The colour in an escape code: three samples (ISO 8613-6), or a number of the 256 colours of xterm.
        A bar of so many columns, to an eighth where there are block characters.
        The columns of a character: two for the wide ones of East Asian scripts and for pictographs (Unicode Standard Annex \
        11), else one.
        The text without anything that a terminal would obey (C0 and C1 controls become blanks), and where only ASCII can be \
        shown, in ASCII: signs by what is usually typed for them, letters without accents, others as "?".
        The plot area of a terminal chart: axes with the same round ticks as on paper, and between them lines of Braille \
        dots or characters.
        The bit of each dot, by row and column within the cell (Unicode Standard, section 21.1).
        Visits all cells on straight lines between given ones (Bresenham 1965).
        What a terminal can show. The answer comes from the conventions that programs have agreed on: environment variables \
        for colours and characters, and whether the output is a terminal at all or a file that someone will read later.
        Whether characters beyond ASCII, such as blocks and Braille, can be shown.
        A table in plain text: a heading, a rule, and aligned rows, numbers to the right and text to the left.
        The lines of the table, none wider than style.width: where it is too wide, the widest text column is cut.
        Whether a cell is a number: digits with the signs that go with them, or a word that stands for one.
        The shape of the result of an elementwise operation on tensors of shapes a and b; traps if they do not fit.
        This tensor repeated along its axes of size 1, and along new axes in front, until it has the given shape.
        The last axes that agree are copied in one run; before them, what was written is repeated as an axis asks.
        Adds up what broadcasting repeated, so that the result has the given shape: the gradient of broadcast(to:).
        Whether broadcasting repeats this tensor as it is along the first axes of another, as a bias along a batch.
        Multiplies in place, element by element; b may be broadcast to the shape of a.
        Divides in place, element by element; b may be broadcast to the shape of a.
        True if the shapes and all elements are equal; as with numbers, not-a-number equals nothing.
        The three products of a convolution: forwards, back to the image, and to the kernel.
        What is summed with what stands in WindowProduct. Here it is decided in which of three ways, by how many channels \
        there are on each side of a window, and who computes what: threads share the images.
        The channels may be divided into equal groups, each of which sees only its own. (What is called convolution here is \
        the cross-correlation of signal processing: the kernel is not turned round.)
        Below so many multiplications a second thread gains nothing one can rely on.
        The numbers in nested brackets with four decimals, aligned; of long axes the first and last three.
        Long tensors are cut, so what is printed decides on the format, not what is hidden.
        The functions under their usual names, so that a formula reads exp(x). For scalars they are static functions, \
        Float.exp(x), because Foundation has the free names.
        The functions of whole tensors, computed by several threads if they are large. In a formula with more than one of \
        them, map needs one pass over the memory only.
        The 192 bits word2, word1, low.low: two bits of quarter turns, then the fraction.
        To the kernel. A row of the product is one tap of one input channel, and the sum runs over the pixels of all images: \
        some rows of an image at a time, so that what they see stays in the first-level cache while all taps pass by.
        The gradient of a kernel: the sum over images and pixels of what the taps see, times the outputs' gradients.
        Rows of output pixels whose share of the sum is computed while the first-level cache holds what they see.
        Where the window stands on the first pixel of each row, and how many pixels it has.
        A row of a tile: neighbouring elements of the kernel's gradient, or of what a tap sees.
        The images are summed in so many shares, which depend on nothing but their number.
        Where vectors run along the window, a row of sums is a vector, whatever the kernel's own order.
        A segment of the outputs' channels. If there are many rows, the gradients are first copied side by side: where they \
        lie, they are a power of two apart as often as not, and push each other out of the cache.
        Writes sums that stand vector by vector to their places in the kernel.
        An image as windows see it: as it lies, or, where a window reaches beyond the edge, copied into a frame of zeros.
        Where the pixel of a row and a column stands, in elements behind the first.
        The same numbers in another arrangement: reshape, permute, concatenate, gather.
        The same numbers in the same row-major order under another shape; shares memory. One size may be -1: it becomes what \
        the number of elements leaves.
        The slices along the first axis with the given indices, in their order; an index may occur more than once.
        A power of two that makes every subnormal number normal, and its exponent.
        Elementwise mathematics: a formula on vectors, carried through whole tensors.
        The loops go on to the next multiple of a vector behind the last element; Storage keeps room for that.
        One pass with two results of each element: the first are the elements of a tensor, the second are added up. A loss \
        and its gradient have most of their work in common. Several threads share what is large.
        Writes formula of the count elements here to y, and nothing behind them.
        The inner loop of the matrix product: a tile of the result that lives in registers.
        The tile is built from the type system: a row of vectors, two rows stacked, two of those stacked. The compiler sees \
        every row as variables of their own, which it keeps in registers; an array of vectors would live in memory.
        Has the cache line at address fetched, if there is memory; nothing waits for it.
        Adds the outer product of a column of A, which is the element place of each of its rows, and a row of B.
        Adds to each row the segment that begins at the element place of the row of A, times b column by column.
        The tile that fills the registers. AVX-512 has 32 registers of 64 bytes: 24 of them hold a tile of 12 rows and two \
        vectors. AVX2 has 16 of 32 bytes, NEON 32 of 16: 12 and 24 of them hold 6 rows of one vector. Plain x86-64 has 16 of \
        16 bytes: 2 rows of one vector take 8, and a row of B four.
        Rows that lie so many elements apart: another matrix, or at distance 0 the same row everywhere, such as a bias.
        The first rows rows, in tiles of as many rows as fill the registers, then of 4, 2 and 1.
        Whatever the size of the tile, an element is summed over k in one order, each step rounded once. So an element of a \
        product has the same bits in any batch, in any place, on any number of threads.
        The operands of a large matrix product, copied into the order in which the kernel reads them.
        A tile of the result needs 12 rows of A and 32 columns of B, and of each of them one number a step. Where the \
        matrices lie, these numbers are up to a row apart. In a panel they stand side by side, step after step: the kernel \
        reads it from the first byte to the last. Copying costs little beside the product: an element is copied once and \
        used hundreds of times.
        The elements of a panel, and sixteen more, because sixteen lines of a step are written at a time.
        The lines of a step lie side by side: whole vectors, of which the next step overwrites what is too much.
        The steps of a line lie side by side: blocks of sixteen lines and a vector's length of steps are read and turned.
        Of the last steps some may lie beyond the line; they are read, but not written.
        Threads share the matrices, if these are too small to be shared themselves.
        rows and columns as they count in the product; in memory a transposed matrix lies column by column.
        Some rows and columns of the result, and the steps over which they are summed up.
        A panel of A, one tile high and depthBlock steps long (24 kilobytes), stays in the first-level cache while the \
        panels of a group of B pass by; a group, 512 kilobytes, stays in the second-level cache while the panels of A pass \
        by. What is packed at a time, eight megabytes of each matrix, stays in the third.
        B is read where it lies if its rows can be read as vectors, and few rows of A share the cost of copying it. A panel \
        of it must fit into the second-level cache.
        A transposed and over many steps: each step of a tile lies in another cache line, of which the tile needs a part.
        A is read where it lies if its rows do not push each other out of the cache, and it need not leap through it.
        Lines of a matrix that lie a multiple of 4096 bytes apart all want the same few places of the first-level cache.
        A product whose operands are read where they lie, cut among the threads along its longer side.
        A product in blocks: what a block needs of B, and of A if need be, is copied into panels by all threads; then all \
        compute.
        The steps in equal blocks, so that none is so short that loading and storing the tiles outweighs it. A product over \
        no steps at all is still to be written: zero, or the row.
        The tiles of part, in tasks of some panels of A and a group of panels of B.
        Some tasks for each thread, so that none waits long for another at the end.
        A packed panel of A times a packed panel of B. A function of its own, so that the compiler knows the strides.
        A panel of A where it lies times a panel of B, which may lie or be packed.
        While a tile is computed, the piece of the result to its right is fetched.
        Applies the activation to a tile. Not inlined, so that the kernel's registers are its own.
        The last columns, fewer than a segment: computed beside the result, so that nothing behind a row is overwritten.
        A training step makes and drops the same large tensors again and again. Were each block given back to the system and \
        asked for anew, every page of it would have to be mapped and filled with zeros by the system when it is first \
        touched: for a tensor of 64 megabytes, sixteen thousand interruptions, which take longer than the arithmetic. So \
        dropped blocks are kept for the next tensor of the same size: a bounded number of bytes, and not for ever.
        Tensors of fewer bytes are left to the system's own allocator, which is quick with them.
        At most so many bytes are kept; at first a gigabyte, or a quarter of the machine's memory if that is less. Set it to \
        zero to keep nothing.
        The size of the block for bytes bytes: rounded up by at most an eighth, so that tensors of nearly one size can share \
        their blocks.
        From here on a block consists of huge pages, if the system has them: one interruption for 512 pages.
        So many requests later a block that no one took is given back to the system.
        A kept block, the one given back last: it is most likely still in the cache.
        A block larger than all that may be kept would only drive out the others.
        Gives back to the system what was given back first, until at most bytes are kept.
        A value that one thread at a time may use. Like the toolchain's Mutex, but of a lock that the thread sanitizer \
        knows.
        A pass over large tensors can be shared: every thread takes a part of it. A closure that is handed to another thread \
        is compiled by itself, and a closure that it holds is called once for each vector, which costs more than the second \
        thread gains. So the formula has to stand inside of what is handed over:
        The same for a tensor and a row that repeats along it: row stands for as many copies of itself as there are rows.
        So many copies of a row that they are whole vectors, some kilobytes of them, or what count elements ask for.
        A row may be no whole number of vectors, but as many rows as a vector has lanes are; fewer, if its length is even.
        Changes two tensors in place by a third of their shape: a step with momentum.
        Changes three tensors in place by a fourth of their shape: a step of Adam.
        A part of a pass from one tensor to another. Call it with the formula, once.
        A part of a pass from two tensors to a third. Call it with the formula, once.
        A part of a pass that changes one tensor by another. Call it with the formula, once.
        A part of a pass that changes two tensors by a third. Call it with the formula, once.
        A part of a pass that changes three tensors by a fourth. Call it with the formula, once.
        A product of matrices is cut into some dozens of tasks, of which every thread has a share: the thread that called, \
        and helpers. Who has finished its own takes from the others'. To wake a thread takes some fifty microseconds, as \
        long as a product of a million multiplications. A helper therefore does not go away when there is nothing left to \
        do: for a moment it watches for the next section, and a training step, which is one section after the other, meets \
        it awake. The caller never waits for a helper that has not come; it does the work itself.
        How many threads the tensor may use. Results do not depend on it, bit for bit.
        The number of threads used for large tensors; at first as many as there are processors.
        Calls body once for each of the tasks 0, 1, ..., on several threads if worthwhile, in any order, and returns when \
        all are done. Inside a task, and while another thread has a section open, it is the calling thread that does them \
        all.
        Calls body for parts of range that together cover it, each beginning at a multiple of step from its start, on \
        several threads if worthwhile.
        Four parts a thread: if one thread is disturbed, the others take more of them.
        The state of the section: a number that grows with each, a bit that is set while there are tasks to be taken, and \
        below it how many helpers are inside. A helper enters by adding one while the bit is set; the caller ends the \
        section by clearing the bit and waiting for zero. Between the two, what the section consists of does not change.
        The next task of each share, each in a cache line of its own. A thread has the same share in every section: what it \
        computed in one is in its own cache in the next.
        Helps with one section after the other, until none has come for a while.
        In a section in which this helper has been there is nothing left to take.
        Called between two looks at a variable that another thread is about to change: at first a glance after the other, \
        then with a chance for whoever else wants the processor. Says whether it gave that chance.
        The matrix product eight times: from three loops to the library's own, one idea at a time.
        A ladder of matrix products of Floats that compute the same: each rung has one idea more than the one below it.
        What this rung does, and why it is faster than the one below, in a sentence.
        All but the last compute on one thread; that one, the library's product, uses Threads.count of them.
        Never inlined, so that each can be found in the machine code by its name.
        Below, an addition waits for memory. Here the sum is a variable, which the compiler keeps in a register, and the \
        numbers are read without checks: 8 bytes a step.
        But b is read down a column: 4 bytes of a cache line of 64, then on to the next line, n numbers away. Before the \
        neighbouring column is read, large matrices have pushed the line out again: 64 bytes are moved where 4 are used. And \
        still each addition waits for the one before it, some cycles in which the processor could do dozens.
        Below, columns are walked down and each addition waits for the last. Here the innermost loop runs along a row of b \
        and a row of c, so that every byte of a cache line is used and the next lines are fetched ahead of time; and its \
        additions belong to different sums, so that none waits.
        A step reads b and c and writes c: 12 bytes, three trips to memory for one multiplication, of one number at a time.
        Below, an instruction handles one number. Here it handles a vector of sixteen, and multiplies and adds at once.
        The 12 bytes a step remain: for each multiply-add of vectors two are loaded and one is stored, though the processor \
        could multiply and add two of them in the time in which it stores one.
        One row of a tile of the result: 32 columns, or 16 where the registers are narrower.
        Four rows of the result: with 32 columns eight vectors of sums, which do not wait for each other. Each row is a \
        variable of its own, which the compiler keeps in registers; an array of rows would lie in memory.
        Adds the products of four numbers of a column of A, rowStride apart, and a row of B.
        Below, the loop spends itself on loading and storing c. Here 4x32 numbers of c stay in registers for all of k. A \
        step of p loads 32 numbers of b and 4 of a, 144 bytes, for 128 multiplications: little more than 1 byte each.
        A strip of 256 steps and 32 columns is 32 KB, one of 16 columns 16: it fits into a first-level cache.
        Below, b comes from afar for every four rows. Here the loop over the rows is inside: a strip of b, 256 steps of 32 \
        columns, is used by all tiles that stand below one another before the next strip begins. The price is that every \
        tile is loaded and stored once every 256 steps.
        Below, the rows of the strip push each other out of the cache. Here the strip is first copied into a panel without \
        gaps, in the order in which it is read; then it fills the cache evenly, whatever n is. Each number is copied once \
        for m multiplications.
        A result of zeros that multiply adds the product to, given the first elements of a, b and c, and m, k and n.
        m and n are multiples of a tile's height and width: what is missing is made up for by rows of zeros below a and \
        columns of zeros beside b, and cut off the result. So the rungs need no code for the edges.
        A seeded, splittable source of random numbers; a value: a copy repeats the same numbers.
        A generator of its own, independent of what this one gives from now on.
        An index, drawn with probability in proportion to the weights. Traps if they are negative or all zero.
        As many bits as the scalar holds: rounding more of them could reach the upper bound.
        Adding ten million floats one after the other loses digits: the sum grows, and what is added to it falls below its \
        last place. Here a sum is taken in blocks: short runs in vector lanes, their totals added with compensation \
        (Neumaier 1974), which carries the lost digits along. The blocks depend on the shape alone, so the result does not \
        depend on how many threads there are.
        The square root of the sum of the squares of all elements (Euclidean, for a matrix Frobenius norm).
        The largest element; not a number if one element is none. Traps if there are no elements.
        The smallest element; not a number if one element is none. Traps if there are no elements.
        The sum along an axis (-1 is the last); the axis disappears, or stays with size 1.
        The largest element along an axis; not a number where one element is none.
        The smallest element along an axis; not a number where one element is none.
        The sum of what sum gives for blocks of so many bytes, which several threads share. What a block is depends on the \
        number of bytes alone, so the result does not depend on the threads.
        A tensor seen along one of its axes: outer blocks of size steps of inner neighbouring elements.
        Calls body for every vector of neighbouring columns with its first element's place in the tensor and in the result. \
        In rising order: a vector that reaches beyond the last column of its block writes where the next writes.
        So many additions are made in one lane before their total is added with compensation.
        A sum that carries its rounding error along (Neumaier 1974), in every lane of a vector.
        Adds the upper half of the lanes to the lower half; every sum then stands in two lanes.
        The sum. If it is infinite or not a number, so is the error: then the bare total says it.
        The sums along an axis behind which others follow, of lanes.inner columns in each block.
        In rising order: a vector that reaches beyond the last column of a block writes where the next block will.
        The sums of the columns of a large matrix. Threads share the columns, or of a tall matrix strips of rows, which \
        depend on the shape alone and whose sums are then added up.
        Every addition with compensation: the sums of strips may be all alike, and so their rounding errors.
        The sums of the columns of a matrix, some neighbouring vectors of columns at a time. Writes whole vectors.
        The sums of some vectors of neighbouring columns, so that memory is read in runs.
        The sum of term of the elements between two places, in bytes behind bytes.
        The elements along an axis combined pair by pair, for combine without a rounding error.
        Lanes behind the last element repeat the first, which changes no extreme.
        The lanes combined pair by pair, the one half with the other, until one value is left, in every lane.
        A vector interleaved with itself has its lower half twice in low and its upper half twice in high.
        Ends the program with message unless condition holds: for mistakes of the programmer, such as shapes that do not \
        fit, in debug and in release builds alike (precondition keeps its message to itself when optimised).
        Written like this they overflow, or lose their digits by cancellation, on one side of 0. Each is therefore arranged \
        so that the exponential is taken on the side where that cannot happen.
        Convolution and pooling look at an image through a small window, which they move from place to place. Along each \
        axis a window is a few numbers: how many taps it has, how far apart they are (dilation), how far it moves at a time \
        (stride), and where it begins (so many places before the first, where there is padding). Everything else follows.
        Traps unless there is at least one tap, and stride and dilation are at least 1.
        Results along an axis that see what they are computed from through the same taps, as far as these are not beyond the \
        edge.
        The taps, in rising order of how far behind the window's place they look.
        The places of the results, in groups of which each sees through a part of the taps.
        Where the window of a result stands in the source, and where it stands itself.
        Scores become probabilities: a row at a time, so that a row is read from memory once and is in the cache for the \
        rest.
        A tensor of the shape of x, whose rows body writes, given each row's first element there and here and its length.
        A row of a matrix: whole vectors, and a last one of which some lanes belong to it.
        The last vector, with other in the lanes that do not belong to the row.
        Linear maps with few numbers: averages of neighbours, and what lies between them.
        To average neighbouring pixels, or to compute pixels between given ones, is a product with a matrix in whose rows \
        nearly everything is zero. Only what is not zero is kept. The gradient of such a map is the map by the transposed \
        matrix.
        A matrix most of whose elements are zero, given row by row by the others.
        A tensor is a value: assigning it copies it. What is really copied is a reference to one block of memory, and the \
        block itself only when one of its holders is about to change it (copy on write). Blocks begin at a multiple of 64 \
        bytes, so that a vector never straddles two cache lines, and end with slack behind the last element: a loop over \
        vectors may read and write whole vectors to the very end and needs no special last step.
        The bytes that go back to Memory; zero for a small block, which lies within the storage object itself.
        A block of memory for elements of a tensor, freed with its last holder.
        Bytes behind the last element that may be read and overwritten: two vectors, the width of a matrix kernel's tile.
        The first element. What lies behind it is written only through a tensor that holds the one reference.
        Numbers arranged along any number of axes; a value, copied when one of two holders changes it.
        The first element, in the storage's memory: a slice along the first axis shares the storage of its tensor.
        The product of shape; no size may be negative, and the bytes must not go beyond the machine's integers.
        The elements as bytes, for loading vectors. Valid while the tensor is alive.
        The first element, to write to, in memory that no other tensor shares.
        Traps if the shape does not have as many elements as there are numbers.
        The number that element gives for each place, in row-major order; element is given the place's indices.
        The index-th slice along the first axis: a row of a matrix, an image of a batch. Shares memory until written.
        The numbers a tensor is made of, and the vectors its arithmetic runs on.
        The two protocols exist so that a layer can be written once for both scalars. They repeat what the standard library \
        already has on its concrete vector types (comparisons, replacing, init(repeating:)), because generic code would \
        otherwise be given the standard library's generic versions, which go lane by lane.
        A number a tensor can hold: Float to train with, Double to check gradients with.
        A vector of 64 bytes that can be computed with: the argument and result of the closures given to map.
        self with its sign flipped in the lanes where the sign bit of other is set.
        Replaces remainder and turns in the lanes where a is larger than largestAngle.
        Kept out of the loops that call it, and compiled here for both vectors.
        Without the instruction, fusing would mean a call of the C library for every lane.
        What the elementary functions need of a vector beside its arithmetic: the bits of the numbers.
        The field as a number: put it into the low bits of the shifter, and subtract the shifter.
        The compiler keeps a vector in a register if it is a variable of its own; an array of vectors lies in memory. So \
        sixteen vectors are two halves of eight, which are two halves of four, and so on to the single one, and what is done \
        with each of them is said once for a half and once for the single vector.
        Vectors that are kept in registers, because each is a variable of its own.
        The sums of the lanes of each vector, in one vector; of as many vectors as a vector has lanes.
        All elements in a row, shuffled as a pack of cards: one of the first half, one of the second.
        The sixteen vectors as rows of a matrix: its columns, one after the other. A shuffle doubles an element's place in \
        the row of all elements, so that four of them multiply it by sixteen: column 1 comes to stand at place 16.
        The largest number in each window of an image, and the way back from it.
        Vectors run along the channels, which lie side by side. An image is the work of one thread.
        The largest element that each window sees, channel by channel; padding is never the largest. Not a number where the \
        window sees one that is none.
        The gradient of windowMaximum: each window hands its gradient to the element that was the largest; to the first of \
        them, row by row, if several were.
        Calls body for every vector of channels of every output, with the output's place in bytes, the inputs, and how many \
        lanes of the vector belong to the pixel.
        Of each output, the taps through which it sees the input and not the padding.
        Adds a vector of which lanes belong to what stands here. What lies behind them is not even read: it may belong to \
        another thread.
        Images computed from images through a window: a convolution or its adjoint.
        What a window sees; in pieces, for each of which a panel of the kernel stays in the first-level cache while the \
        pixels pass by. At least one, which may be empty.
        A panel of the kernel of so many steps fills half of a first-level cache.
        The part of the kernel that belongs to a tap and a group: element p of line i is for step p and column i.
        Few columns: the products of a window and a kernel, in the lanes of a vector, are added up at the end.
        So many pixels at a time that the first-level cache easily holds their lanes; a multiple of sixteen.
        Writes the sum of the lanes of each of count vectors, and a bias, to its place. Reads as many vectors at a time as \
        they have lanes.
        The runs in pieces of at most so many steps, a longer run in several; at least one piece.
        A convolution is a matrix product: each row of A is what the window sees at one place of the image, and the columns \
        of B are the kernels. Written down ("im2col") A is as many times larger than the image as the window has taps, and \
        writing it takes as long as the product. But it need not be written down. In memory a window's row is a run of \
        neighbouring numbers (the channels of neighbouring pixels lie side by side), so a row of A is a few runs of the \
        image, and neighbouring windows share them. The kernel of the matrix product is given the places where its rows \
        begin, and passes from run to run.
        What lies beyond the edge is zero and is not multiplied: of pixels at the edge only the taps inside are computed. \
        (Of the kernel's gradient each tap has other pixels; there an image is first copied into a frame of zeros.)
        Of each pixel, where its window stands in the source image, and where it stands itself in the result.
        What a window sees: runs of elements behind the place where it stands.
        Whether every tap is a phase by itself, of all pixels that see something through it, and the phases are added up.
        From one pixel to the next and to the one below, in elements: of the source and of the result.
        Of small images many pixels lie at the edge, and few of these see through the same taps: too few to fill tiles. Tap \
        by tap there are more. But then every tile is loaded and stored for each tap, which pays if a tap has many channels.
        Computes so many rows. Not inlined, so that the registers are its own.
        The words that stand for what can be done; without any, the contents are shown.
        Words, and options with their values (empty for those that have none).
        Refuses what does not belong to taker, which for other commands is none.
        Why a command line cannot be understood, in a sentence for the person who typed it.
        It has to work on every processor (see ProcessorLevel), hence nothing of the libraries here; and the bytes are \
        collected one by one, because Array(text.utf8) would be a copy that the libraries share.
        Has the command end in good order when it is interrupted: after the file that is being written, so that no temporary \
        one stays behind. The status is that of a program ended by the signal, 130 for Ctrl-C.
        The known name that takes the fewest changes to make from name, capitals aside; nil if all are too different to be \
        what was meant: more than a third of the name's letters, and more than two, would change.
        The options of the command, each described once: the usage, the parser and the errors read the same list.
        The first thing the command does: can this processor execute what the libraries were compiled to?
        Package.swift compiles them for the processor that builds the package. Carried to an older one, the program would \
        die at the first instruction that is missing there, without a word. The command itself is compiled for every \
        processor. That is not quite enough: of a generic function which several modules specialise for the same types, the \
        linker keeps one copy, perhaps theirs. So what runs before the answer is known, and to tell it, is little and mostly \
        Foundation's.
        What the libraries can be compiled for, beyond what every x86-64 processor has: the levels of the x86-64 psABI.
        The names that Linux has for what this level needs, as in Package.swift.
        What keeps a processor from running programs of this level, in a sentence; nil if nothing does.
        Refuses what cannot be a result: a measurement that is infinite or no number at all. JSON has no word for it.
        How wide the terminal is: the one question that has to be put to the system itself.
        Puts the width of the terminal into the environment as COLUMNS, which shells know but do not hand on, unless it is \
        there or the output is no terminal.
        The book's contents, and what to type next; no line is wider than width, save one with a longer word.
        A label and a text beside it, with the text's further lines below its first.
        The command learn: shows what the book contains, runs its chapters, and times its work.
        First of all, because anything further may be an instruction that this processor does not have.
        """
}
