"""Runs notebooks through nbclient, a few at a time, and writes what came of each into a folder. Says on standard output what failed."""
import concurrent.futures
import os
import sys

import nbformat
from nbclient import NotebookClient


def run(kernel, root, name, folder):
    path = os.path.join(root, name)
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=120, kernel_name=kernel, resources={"metadata": {"path": os.path.dirname(path)}})
    failure = None
    try:
        client.execute()
    except Exception as exception:
        failure = f"{type(exception).__name__}: {exception}"
    target = os.path.join(folder, name)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    nbformat.write(notebook, target)
    return failure


if __name__ == "__main__":
    kernel, root, folder, at_a_time, *names = sys.argv[1:]
    with concurrent.futures.ProcessPoolExecutor(int(at_a_time)) as pool:
        runs = {pool.submit(run, kernel, root, name, folder): name for name in names}
        for ended in concurrent.futures.as_completed(runs):
            if ended.result():
                print(f"{runs[ended]}: {ended.result()}")
