# The report of scripts/bench: medians of what it measured, and ratios of medians.  A line: NAME.FIGURE VALUE.

function median(name, i, j, v, sorted) {
    for (i = 1; i <= n[name]; i++) {
        v = value[name, i]
        for (j = i - 1; j > 0 && sorted[j] > v; j--)
            sorted[j + 1] = sorted[j]
        sorted[j + 1] = v
    }
    return sorted[int(n[name] / 2) + 1]
}

function say(what, format, v, unit) {
    printf "%-60s " format " %s\n", what, v, unit
}

function rate(what, name) {
    if (n[name ".tokens_per_second"])
        say(what, "%10.0f", median(name ".tokens_per_second"), "tokens/s")
}

function work(name, product, blas) {
    product = median("product.product_gflops")
    blas = median("product.blas_gflops")
    product = blas > product ? blas : product
    say("  work done, as a share of the faster product's rate", "%10.2f", median(name ".counted_gflops") / product, "")
    say("  the same network without sharing", "%10.2f", median(name ".unshared_gflops") / product, "")
}

function against(what, name, ours, theirs) {
    theirs = name ".training_tokens_per_second"
    if (!n[theirs])
        return
    say(what, "%10.0f", median(theirs), "tokens/s")
    say("  Oriel is faster by", "%10.1f", median(ours ".tokens_per_second") / median(theirs), "times")
}

function reached(what, name, theirs) {
    if (!n[name ".seconds"])
        return
    if (median(name ".f1") < median("crfsuite.f1")) {
        say(what, "%10s", "not reached", sprintf("(F1 %.4f)", median(name ".f1")))
        return
    }
    say(what, "%10.1f", median(name ".seconds"), sprintf("s (epoch %d, F1 %.4f)", median(name ".epoch"), median(name ".f1")))
    say("  as a share of CRFsuite's time", "%10.3f", median(name ".seconds") / theirs, "")
}

{
    value[$1, ++n[$1]] = $2 + 0
}

END {
    say("product of 1024 x 1024 matrices", "%10.1f", median("product.product_gflops"), "GFLOP/s")
    say("  the same by the BLAS", "%10.1f", median("product.blas_gflops"), "GFLOP/s")
    rate("standard training, 16 sentences", "standard_16")
    work("standard_16")
    rate("standard training, 32 sentences", "standard_32")
    work("standard_32")
    rate("standard training, 64 sentences", "standard_64")
    work("standard_64")
    rate("standard training, 16, corpus tokens with its case copies", "copies")
    rate("standard training, 16, one thread by the wall", "standard_wall")
    rate("standard training, 16, two threads by the wall", "standard_two")
    say("  ratio", "%10.2f", median("standard_two.tokens_per_second") / median("standard_wall.tokens_per_second"),
        "same_bytes" in n ? "(the same bytes)" : "(OTHER BYTES)")
    rate("classic training, batch 1", "classic_1")
    work("classic_1")
    rate("classic training, batch 32", "classic_32")
    rate("classic tagging, text to columns", "tag")
    say("  peak memory", "%10.0f", median("tag.peak_kib"), "KiB")
    against("PyTorch, standard, 16 sentences", "torch", "standard_16")
    against("PyTorch, classic, torch.optim.SGD", "torch_classic", "classic_1")
    against("PyTorch, classic, updates by hand", "torch_by_hand", "classic_1")
    if (n["crfsuite.training_seconds"]) {
        theirs = median("crfsuite.training_seconds")
        say("CRFsuite, training", "%10.1f", theirs, sprintf("s (F1 %.4f)", median("crfsuite.f1")))
        reached("standard, usual epochs, until it has that F1", "reach", theirs)
        reached("standard, as few epochs as suffice", "soonest", theirs)
        reached("standard in a hurry", "quick", theirs)
    }
}
