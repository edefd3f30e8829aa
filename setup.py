"""The wheel: the packages as they are; beside them, in ``sourcewise/``, the page's script with its settings."""

from setuptools import find_packages, setup

setup(
    packages=["sourcewise", *find_packages(include=["index*", "ingest*", "views*"])],
    package_dir={"sourcewise": "."},
    package_data={
        "index": ["**/*.txt", "**/*.safetensors"],
        "views": ["**/*.css", "**/*.js"],
        "sourcewise": [".streamlit/config.toml"],
    },
)
