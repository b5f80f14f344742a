FROM python:3.11-slim
WORKDIR /atlas
COPY requirements.txt .
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt
COPY . .
# Everything that is written is written here: the file system is read-only when it runs.
RUN python -m compileall -q atlas_data analysis pages dashboard.py && python -m pages.parts && useradd --system --uid 10001 atlas
USER atlas
ENV PYTHONDONTWRITEBYTECODE=1 HOME=/tmp
EXPOSE 8501
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://localhost:8501/_stcore/health', timeout=2)"]
CMD ["streamlit", "run", "dashboard.py", "--server.address=0.0.0.0"]
