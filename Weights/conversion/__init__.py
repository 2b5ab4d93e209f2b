"""Turns checkpoints, safetensors files and ONNX graphs of known networks into weight files; see `../convert.py`."""
