"""The old Python stack behind FastAPI, as its design document describes it, for comparison.

Models, repositories and the service layer are the document's. What it leaves out costs it nothing
here: no API keys, no idempotency, no ledger, no versions. Paths and bodies are the service's, so
that one load fits both. It is tuned as its users would: uvloop, httptools, a worker per core, a
pool, WAL on SQLite; and it is as durable as the service.

    DATABASE_URL=... python old_stack.py 100000                   creates the tables and the users
    DATABASE_URL=... uvicorn --factory old_stack:app --workers 2  serves
"""

import asyncio
import json
import os
import sys
from contextlib import asynccontextmanager
from datetime import datetime, timezone

import sqlalchemy
import uvicorn
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy import JSON, BigInteger, ForeignKey, String, event, insert, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

DATABASE_URL = os.environ["DATABASE_URL"]
IS_SQLITE = DATABASE_URL.startswith("sqlite")
POOL = {"pool_size": 20, "max_overflow": 0, "pool_timeout": 60}
PRAGMAS = {"journal_mode": "WAL", "synchronous": "FULL", "foreign_keys": "ON"}
BUSY_SECONDS = 60

Json = JSON().with_variant(JSONB, "postgresql")
# SQLite numbers rows by themselves only in an INTEGER.
RowId = BigInteger().with_variant(sqlalchemy.Integer, "sqlite")


def now() -> datetime:
    return datetime.now(timezone.utc).replace(tzinfo=None)


# Models


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    telegram_id: Mapped[int] = mapped_column(BigInteger, unique=True, index=True)
    username: Mapped[str | None] = mapped_column(String(255))
    first_name: Mapped[str | None] = mapped_column(String(255))
    last_name: Mapped[str | None] = mapped_column(String(255))
    total_xp: Mapped[int] = mapped_column(BigInteger, default=0)
    level: Mapped[int] = mapped_column(default=1)
    total_trainings: Mapped[int] = mapped_column(default=0)
    total_score: Mapped[int] = mapped_column(BigInteger, default=0)
    registration_date: Mapped[datetime] = mapped_column(default=now)
    last_activity: Mapped[datetime] = mapped_column(default=now)
    badges: Mapped[list["UserBadge"]] = relationship()
    bot_sessions: Mapped[list["BotSession"]] = relationship()


class BotSession(Base):
    __tablename__ = "bot_sessions"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    bot_name: Mapped[str] = mapped_column(String(50), index=True)
    session_data: Mapped[dict] = mapped_column(Json, default=dict)
    stats_data: Mapped[dict] = mapped_column(Json, default=dict)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)


class UserBadge(Base):
    __tablename__ = "user_badges"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    badge_type: Mapped[str] = mapped_column(String(100))
    earned_in_bot: Mapped[str] = mapped_column(String(50))
    earned_at: Mapped[datetime] = mapped_column(default=now)
    badge_metadata: Mapped[dict | None] = mapped_column(Json)


class TrainingHistory(Base):
    __tablename__ = "training_history"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    telegram_id: Mapped[int] = mapped_column(BigInteger, index=True)
    training_date: Mapped[datetime] = mapped_column(default=now, index=True)
    total_score: Mapped[int]
    clarity_level: Mapped[int]
    question_count: Mapped[int]
    per_type_counts: Mapped[dict] = mapped_column(Json)
    case_data: Mapped[dict | None] = mapped_column(Json)
    session_snapshot: Mapped[dict | None] = mapped_column(Json)


# Connection

engine = create_async_engine(
    DATABASE_URL,
    pool_pre_ping=True,
    pool_recycle=3600,
    connect_args={"timeout": BUSY_SECONDS},
    **POOL,
)
if IS_SQLITE:

    @event.listens_for(engine.sync_engine, "connect")
    def set_pragmas(connection, _record):
        cursor = connection.cursor()
        for name, value in PRAGMAS.items():
            cursor.execute(f"PRAGMA {name} = {value}")
        cursor.close()


async_session_maker = async_sessionmaker(engine, class_=AsyncSession, expire_on_commit=False)


@asynccontextmanager
async def get_session():
    async with async_session_maker() as session:
        try:
            yield session
            await session.commit()
        except Exception:
            await session.rollback()
            raise


# Repositories


class UserRepository:
    def __init__(self, session: AsyncSession):
        self.session = session

    async def get_by_telegram_id(self, telegram_id: int) -> User | None:
        return await self.session.scalar(select(User).where(User.telegram_id == telegram_id))

    async def get_or_create(self, telegram_id: int, **profile) -> User:
        user = await self.get_by_telegram_id(telegram_id)
        if user is None:
            user = User(telegram_id=telegram_id, **profile)
            self.session.add(user)
            await self.session.flush()
        return user


class SessionRepository:
    def __init__(self, session: AsyncSession):
        self.session = session

    async def get_or_create(self, user_id: int, bot_name: str) -> BotSession:
        found = await self.session.scalar(
            select(BotSession).where(
                BotSession.user_id == user_id, BotSession.bot_name == bot_name
            )
        )
        if found is None:
            found = BotSession(user_id=user_id, bot_name=bot_name)
            self.session.add(found)
            await self.session.flush()
        return found

    async def update_both(self, user_id: int, bot_name: str, session: dict, stats: dict):
        found = await self.get_or_create(user_id, bot_name)
        found.session_data, found.stats_data = session, stats
        return found


class BadgeRepository:
    def __init__(self, session: AsyncSession):
        self.session = session

    async def award(self, user_id: int, badge_type: str, bot_name: str, metadata) -> bool:
        held = await self.session.scalar(
            select(UserBadge).where(
                UserBadge.user_id == user_id, UserBadge.badge_type == badge_type
            )
        )
        if held is not None:
            return False
        self.session.add(
            UserBadge(
                user_id=user_id,
                badge_type=badge_type,
                earned_in_bot=bot_name,
                badge_metadata=metadata,
            )
        )
        return True


# Service layer

LEVELS = [(1, 0), (2, 501), (3, 1501), (4, 3001), (5, 5001)]


def add_xp(user: User, amount: int) -> dict:
    old_level = user.level
    user.total_xp += amount
    reached = max(level for level, min_xp in LEVELS if min_xp <= user.total_xp)
    user.level = max(old_level, reached)
    return {
        "leveled_up": user.level > old_level,
        "old_level": old_level,
        "new_level": user.level,
        "total_xp": user.total_xp,
    }


def shown(user: User) -> dict:
    hidden = ("badges", "bot_sessions", "_sa_instance_state")
    return {name: value for name, value in vars(user).items() if name not in hidden}


class Profile(BaseModel):
    username: str | None = None
    first_name: str | None = None


class PutSession(BaseModel):
    session: dict
    stats: dict


class AddXp(BaseModel):
    amount: int
    reason: str | None = None


class Badge(BaseModel):
    badge_type: str
    metadata: dict | None = None


class Training(BaseModel):
    total_score: int
    clarity_level: int
    question_count: int
    per_type_counts: dict
    case_data: dict | None = None
    session_snapshot: dict | None = None
    scenario_name: str | None = None
    xp: int = 0
    badges: list[Badge] = []
    session: dict | None = None
    stats: dict | None = None


# HTTP


def app() -> FastAPI:
    api = FastAPI()

    @api.get("/readyz")
    async def ready():
        return {}

    @api.get("/settings")
    async def settings():
        return {
            "FastAPI": sys.modules["fastapi"].__version__,
            "SQLAlchemy": sqlalchemy.__version__,
            "uvicorn": uvicorn.__version__,
            "Python": sys.version.split()[0],
            "pool of each worker": POOL | {"pool_pre_ping": True, "pool_recycle": 3600},
            "SQLite" if IS_SQLITE else "driver": PRAGMAS if IS_SQLITE else "asyncpg",
        }

    @api.post("/v1/users/{telegram_id}/sessions/{bot_name}/open")
    async def open_session(telegram_id: int, bot_name: str, profile: Profile):
        async with get_session() as db:
            user = await UserRepository(db).get_or_create(telegram_id, **profile.model_dump())
            found = await SessionRepository(db).get_or_create(user.id, bot_name)
            return {
                "user": shown(user),
                "session": found.session_data,
                "stats": found.stats_data,
            }

    @api.put("/v1/users/{telegram_id}/sessions/{bot_name}")
    async def put_session(telegram_id: int, bot_name: str, body: PutSession):
        async with get_session() as db:
            user = await UserRepository(db).get_or_create(telegram_id)
            saved = await SessionRepository(db).update_both(
                user.id, bot_name, body.session, body.stats
            )
            return {"session": saved.session_data, "stats": saved.stats_data}

    @api.post("/v1/users/{telegram_id}/xp")
    async def post_xp(telegram_id: int, body: AddXp):
        async with get_session() as db:
            user = await UserRepository(db).get_by_telegram_id(telegram_id)
            if user is None:
                raise HTTPException(404)
            return add_xp(user, body.amount)

    @api.post("/v1/users/{telegram_id}/trainings", status_code=201)
    async def post_training(telegram_id: int, body: Training):
        async with get_session() as db:
            user = await UserRepository(db).get_or_create(telegram_id)
            training = TrainingHistory(
                user_id=user.id,
                telegram_id=telegram_id,
                total_score=body.total_score,
                clarity_level=body.clarity_level,
                question_count=body.question_count,
                per_type_counts=body.per_type_counts,
                case_data=body.case_data,
                session_snapshot=body.session_snapshot,
            )
            db.add(training)
            user.total_trainings += 1
            user.total_score += body.total_score
            xp = add_xp(user, body.xp)
            badges = [
                await BadgeRepository(db).award(
                    user.id, badge.badge_type, "spin_bot", badge.metadata
                )
                for badge in body.badges
            ]
            if body.session is not None and body.stats is not None:
                await SessionRepository(db).update_both(
                    user.id, "spin_bot", body.session, body.stats
                )
            await db.flush()
            return {"training": training.id, "xp": xp, "badges": badges}

    return api


async def fill(users: int):
    with open("../../load/session.json", encoding="utf-8") as file:
        session = {f"{part}_data": value for part, value in json.load(file).items()}
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
        for first in range(1, users + 1, 10_000):
            ids = range(first, min(first + 10_000, users + 1))
            names = [{"telegram_id": i, "username": f"user{i}", "first_name": "User"} for i in ids]
            await connection.execute(insert(User), names)
            sessions = [{"user_id": i, "bot_name": "spin_bot", **session} for i in ids]
            await connection.execute(insert(BotSession), sessions)
    await engine.dispose()


if __name__ == "__main__":
    asyncio.run(fill(int(sys.argv[1])))
