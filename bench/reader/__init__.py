"""Makes the reader's weights and measures the model alone.

``questions`` and ``claims`` read the training sets, ``overlap`` drops what stands in a test set, ``negatives`` ranks
the sentences that do not answer, ``network`` is the model in torch, ``training`` teaches it, ``calibration`` turns its
scores into probabilities, ``evaluation`` prints the figures.
"""
