"""Prints the numbers that MetricReferenceTests expects, computed by scipy, scikit-image and pysodmetrics.

    pip install numpy==2.* scipy==1.17.1 scikit-image==0.25.2 pysodmetrics==1.6.* opencv-python-headless
    python reference.py

The pictures are made of integers only, so that the Swift test makes the same ones.
"""
import math

import numpy as np
import py_sod_metrics
from scipy import ndimage
from skimage.measure import label

WIDTH, HEIGHT = 120, 90


def pictures():
    """Truth, prediction and trimap, 8 bits: a soft disc; a shifted one with noise and an island; a ring."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    from_centre = (x - 60) ** 2 + (y - 45) ** 2
    truth = np.clip(128 + (900 - from_centre) // 2, 0, 255)
    # Where pysodmetrics' subject begins one later than one half.
    truth = np.where(truth == 128, 129, truth)
    noise = (x * 73 + y * 151 + x * y * 7) % 61 - 30
    shifted = np.clip(128 + (850 - (x - 63) ** 2 - (y - 44) ** 2) // 3 + noise * 2, 0, 255)
    island = np.where((x - 12) ** 2 + (y - 75) ** 2 < 64, 200, 0)
    prediction = np.maximum(shifted, island)
    trimap = np.where(abs(from_centre - 900) < 500, 128, np.where(from_centre < 900, 255, 0))
    return [a.astype(np.uint8) for a in (truth, prediction, trimap)]


def gradient(alpha, sigma=1.4, epsilon=0.01):
    """Amplitude by a two-dimensional kernel of unit norm, as Adobe's gaussgradient.m has it."""
    half = math.ceil(sigma * math.sqrt(-2 * math.log(math.sqrt(2 * math.pi) * sigma * epsilon)))
    offset = np.arange(-half, half + 1)
    gauss = np.exp(-offset**2 / (2 * sigma**2))
    kernel = np.outer(gauss, -offset * gauss)
    kernel /= np.sqrt((kernel**2).sum())
    across = ndimage.convolve(alpha, kernel, mode="nearest")
    down = ndimage.convolve(alpha, kernel.T, mode="nearest")
    return np.sqrt(across**2 + down**2)


def connectivity(prediction, truth, theta=0.15):
    """Map of |phi - phi*|; levels by the largest 4-connected part, as in Adobe's compute_connectivity_error.m."""
    levels = np.full(truth.shape, -1.0)
    for step in range(1, 11):
        both = np.minimum(prediction, truth).astype(np.float32) >= np.float32(step / 10)
        parts = label(both, connectivity=1)
        sizes = np.bincount(parts.ravel())[1:]
        largest = parts == sizes.argmax() + 1 if len(sizes) else np.zeros_like(both)
        levels[(levels == -1) & ~largest] = (step - 1) / 10
    levels[levels == -1] = 1

    def phi(alpha):
        distance = alpha - levels
        return 1 - distance * (distance >= theta)

    return np.abs(phi(prediction) - phi(truth))


def boundary(mask):
    diagonal = math.hypot(*mask.shape)
    reach = max(round(0.02 * diagonal), 1)
    return mask & ~ndimage.binary_erosion(mask, np.ones((3, 3)), iterations=reach, border_value=0)


def overlap(a, b):
    return (a & b).sum() / (a | b).sum()


truth8, prediction8, trimap = pictures()
truth, prediction = truth8 / 255, prediction8 / 255
assert truth8.max() == prediction8.max() == 255 and truth8.min() == prediction8.min() == 0
difference = np.abs(prediction - truth)
slopes = (gradient(prediction) - gradient(truth)) ** 2
apart = connectivity(prediction, truth)
for name, area in ("picture", np.ones(truth.shape, bool)), ("unknown", trimap == 128):
    print(name, area.sum())
    print("  SAD", difference[area].sum() / 1000, "MSE", (difference[area] ** 2).mean())
    print("  Grad", slopes[area].sum() / 1000, "Conn", apart[area].sum() / 1000)
masks = prediction >= 0.5, truth >= 0.5
print("MAE", difference.mean(), "IoU", overlap(*masks), "boundary IoU", overlap(*map(boundary, masks)))

# Two pictures: the prediction, and one a quarter as high. pysodmetrics truncates to 8 bits: it gets a little more.
measure = py_sod_metrics.Fmeasure()
faint8 = prediction8 // 4
for picture in prediction8, faint8:
    values = np.minimum((picture + 0.25) / 255, 1)
    measure.step(values, truth8 > 128, normalize=False)
    print("max F", measure.changeable_fms[-1].max())
results = measure.get_results()
print("max of mean F", results["fm"]["curve"].max())
p, r = results["pr"]["p"], results["pr"]["r"]
weighted = 0.3 * p + r
print("F of mean P and R", (1.3 * p * r / np.where(weighted > 0, weighted, 1)).max())
